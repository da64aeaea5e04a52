-- Participants speak to focus.DOMAIN. The account behind it, which logs in like any other, gets their requests with
-- the sender's address as a resource of this component, and its answers go back by that resource.
local jid = require "prosody.util.jid"
local st = require "prosody.util.stanza"

local target = module:get_option_string("target_address")
local target_user, target_host = jid.split(target)

local function find_session()
	local user = prosody.hosts[target_host].sessions[target_user]
	local _, session = next(user and user.sessions or {})
	return session
end

local function forward_request(stanza)
	local session = find_session()
	if not session then
		return module:send(st.error_reply(stanza, "cancel", "service-unavailable"))
	end
	stanza.attr.from = module.host .. "/" .. stanza.attr.from
	stanza.attr.to = session.full_jid
	module:send(stanza)
end

local function return_answer(stanza)
	stanza.attr.from = module.host
	stanza.attr.to = jid.resource(stanza.attr.to)
	module:send(stanza)
end

local function handle(event)
	local stanza = event.stanza
	local is_answer = stanza.attr.type == "result" or stanza.attr.type == "error"
	if jid.bare(stanza.attr.from) ~= target then
		if not is_answer then forward_request(stanza) end
	elseif is_answer and jid.resource(stanza.attr.to) then
		return_answer(stanza)
	end
	return true
end

module:hook("iq/host", handle, -1)
module:hook("iq/full", handle, -1)
