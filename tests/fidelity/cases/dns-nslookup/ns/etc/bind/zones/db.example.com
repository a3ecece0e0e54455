$TTL 604800
@   IN  SOA ns1.example.com. admin.example.com. (
                  3     ; Serial
             604800     ; Refresh
              86400     ; Retry
            2419200     ; Expire
             604800 )   ; Negative Cache TTL
;
; name servers - NS records
     IN      NS      ns1.example.com.

; name servers - A records
ns1.example.com.          IN      A       10.0.0.53

www          30 IN      A       10.0.0.21
www          30 IN      A       10.0.0.22
ftp     IN CNAME www
*.dyn   IN A 10.0.0.21
@       IN MX 10 mail.example.com.
mail    IN A 10.0.0.22
txt     IN TXT "v=spf1 mx -all"
_sip._tcp IN SRV 10 60 5060 mail
