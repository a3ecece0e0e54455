# SPDX-License-Identifier: GPL-2.0-or-later
# cmake -DINPUT=FILE -DOUTPUT=HEADER -P embed.cmake: the bytes of FILE as the inside of an array.
file(READ "${INPUT}" bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
file(WRITE "${OUTPUT}" "${bytes}\n")
