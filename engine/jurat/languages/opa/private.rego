# A server of jurat's own answers whoever has its secret. It proves first that it has it, too: until
# then it might be somebody else's on the same port.
package system.authz

default allow := false

secret := opa.runtime().env.JURAT_OPA_SECRET

allow if input.identity == secret

allow if input.path == ["v1", "data", "system", "authz", "proof"]

proof := crypto.hmac.sha256(input.challenge, secret)
