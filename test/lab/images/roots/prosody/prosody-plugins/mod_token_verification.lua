-- Somebody with a token enters only the room that the token names. People without one, such as guests, are let through.
local st = require "prosody.util.stanza"
local jid = require "prosody.util.jid"

local function verify(event)
	local session, stanza = event.origin, event.stanza
	local room = session and session.jitsi_meet_room
	if not room or room == "*" or room:lower() == jid.node(stanza.attr.to) then return end
	session.send(st.error_reply(stanza, "cancel", "not-allowed", "Room and token mismatched"))
	return true
end

module:hook("muc-room-pre-create", verify, 99)
module:hook("muc-occupant-pre-join", verify, 99)
