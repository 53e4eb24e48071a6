# Turns a table of lib/<room>/data/<name>.tsv into <name>.inc: one brace-enclosed row of string literals a line,
# sorted by bytes of the first column, so that C code can #include it into an array and search it by halves.
# Lines that start with '#' and empty lines are left out; a row keeps empty cells.
#   cmake -DIN=table.tsv -DOUT=table.inc -P tsv.cmake
file(STRINGS "${IN}" rows ENCODING UTF-8)
set(kept "")
foreach(row IN LISTS rows)
  if(NOT row MATCHES "^#" AND NOT row STREQUAL "")
    list(APPEND kept "${row}")
  endif()
endforeach()
list(SORT kept COMPARE STRING)
set(text "")
foreach(row IN LISTS kept)
  string(REPLACE "\\" "\\\\" row "${row}")
  string(REPLACE "\"" "\\\"" row "${row}")
  string(REPLACE "\t" "\", \"" row "${row}")
  string(APPEND text "{\"${row}\"},\n")
endforeach()
file(WRITE "${OUT}" "${text}")
