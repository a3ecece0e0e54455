$TTL 1h
@ IN SOA ns1 admin 1 2h 1h 1w 1h
@ IN NS ns1
ns1 IN A 10.0.0.53
mail IN A 10.0.0.54
