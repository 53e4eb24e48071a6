# Turns any file into <name>.inc: its bytes as C numbers, to be #included into an array.
#   cmake -DIN=file -DOUT=file.inc -P bytes.cmake
file(READ "${IN}" bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE ",$" "" bytes "${bytes}")
string(REGEX REPLACE "((0x..,){20})" "\\1\n" bytes "${bytes}")
file(WRITE "${OUT}" "${bytes}\n")
