export const certificate = 'ssl_certificate /etc/nginx/own.pem; ssl_certificate_key /etc/nginx/own.key;';
const answer = 'default_type text/plain; return 200 "my own site\\n";';
/** As panels write it: bound to the address of the host. */
export const bound = `server {
  listen 192.168.77.10:80;
  server_name own.example.test;
  location / { ${answer} }
}
server {
  listen 192.168.77.10:443 ssl;
  server_name own.example.test;
  ${certificate}
  location / { ${answer} }
}
server {
  listen 192.168.77.10:8081;
  location / { ${answer} }
}
`;
export const stream = `load_module modules/ngx_stream_module.so;
events {}
stream {
  map $ssl_preread_server_name $target { default 127.0.0.1:8443; }
  server { listen 443; ssl_preread on; proxy_pass $target; }
}
`;

/** A firewall of somebody's own that logs and drops in a chain of its own. */
export const firewall = `table inet own {
  chain refuse {
    log prefix "refused: "
    drop
  }
  chain input {
    type filter hook input priority filter; policy accept;
    ct state established,related accept
    iifname "lo" accept
    meta l4proto { icmp, ipv6-icmp } accept
    tcp dport 22 accept
    jump refuse
  }
}
`;
/** As VPNs do: a rule for all packets, early, with a default route in its table, and without the networks of containers. */
export const vpn =
  'ip rule add pref 5270 from all lookup 52 && ip route add throw 172.16.0.0/12 table 52 && ip route add default via 192.168.77.1 dev h0 table 52';
