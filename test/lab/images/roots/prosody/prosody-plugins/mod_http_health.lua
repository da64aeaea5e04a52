-- Answers /health to the container itself only, as upstream's module of this name does.
module:set_global()

local loopback = module:get_option_set("http_health_allow_ips", { "127.0.0.1", "::1" })

module:provides("http", {
	default_path = "/health",
	route = {
		GET = function(event)
			if not loopback:contains(event.request.ip) then
				return 403
			end
			return "OK\n"
		end,
	},
})
