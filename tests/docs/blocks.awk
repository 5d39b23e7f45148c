# Writes each ```cpp block of a page that is a whole program (it has a main) to OUT/<PAGE>_<n>.cpp, and the blocks whose first
# line is `// [name]` to OUT/<PAGE>.name.inc.
/^```cpp/ { inside = 1; text = ""; label = ""; first = 1; next }
/^```/ && inside {
  inside = 0
  if (text ~ /int main\(/) { n++; file = OUT "/" PAGE "_" n ".cpp"; printf "%s", text > file; close(file) }
  if (label != "") { file = OUT "/" PAGE "." label ".inc"; printf "%s", text > file; close(file) }
  next
}
inside {
  if (first && match($0, /^\/\/ \[[a-z]+\]$/)) label = substr($0, 5, length($0) - 5)
  first = 0
  text = text $0 "\n"
}
