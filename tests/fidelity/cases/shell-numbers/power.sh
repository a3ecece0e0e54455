x=3
echo $((x**2)) after
