-- People log in with a signed token (JWT) in the query of their websocket, by SASL ANONYMOUS as upstream's module of this name
-- has it. What the token says stays with the session, for the modules of the rooms.
local formdecode = require "prosody.util.http".formdecode
local generate_uuid = require "prosody.util.uuid".generate
local jwt = require "prosody.util.jwt"
local sasl = require "prosody.util.sasl"

local secret = module:get_option_string("app_secret")
local issuers = module:get_option_set("asap_accepted_issuers", {})
local audiences = module:get_option_set("asap_accepted_audiences", {})
local allow_empty = module:get_option_boolean("allow_empty_token", false)
local verify = jwt.new_verifier("HS256", secret)

local function keep_token(event)
	local query = event.request.url.query
	event.session.auth_token = query and formdecode(query).token or nil
end

module:hook_global("bosh-session", keep_token)
module:hook_global("websocket-session", keep_token)

local function check(session)
	if not session.auth_token then
		return allow_empty, "token required"
	end
	local ok, claims = verify(session.auth_token)
	if not ok then return false, tostring(claims) end
	if not issuers:contains(claims.iss) then return false, "Invalid issuer ('iss' claim)" end
	if not (audiences:contains("*") or audiences:contains(claims.aud)) then return false, "Invalid audience ('aud' claim)" end
	if claims.room == nil then return false, "'room' claim is missing" end
	session.jitsi_meet_room = claims.room
	session.jitsi_meet_context_user = claims.context and claims.context.user
	return true
end

module:provides("auth", {
	get_sasl_handler = function(session)
		return sasl.new(module.host, {
			anonymous = function()
				local ok, reason = check(session)
				if ok then return true end
				module:log("info", "Refused: %s", reason)
				return false, "not-allowed", reason
			end,
		})
	end,
	user_exists = function() return nil end,
})

-- Prosody's own mechanism asks until it is let in, since it knows no refusal.
sasl.registerMechanism("ANONYMOUS", { "anonymous" }, function(self)
	local username = generate_uuid()
	local ok, condition, text = self.profile.anonymous(self, username, self.realm)
	if not ok then return "failure", condition or "not-allowed", text end
	self.username = username
	return "success"
end)
