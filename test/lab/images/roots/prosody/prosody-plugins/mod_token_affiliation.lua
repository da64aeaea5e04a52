-- A token says who is a moderator; everybody else with a token is a member.
module:hook("muc-occupant-pre-join", function(event)
	local room, occupant, session = event.room, event.occupant, event.origin
	if not session or not session.auth_token then return end
	local user = session.jitsi_meet_context_user or {}
	local is_owner = user.affiliation == "owner" or user.moderator == true or user.moderator == "true"
	room:set_affiliation(true, occupant.bare_jid, is_owner and "owner" or "member")
	if is_owner then occupant.role = "moderator" end
end, -3.5)
