# Runs a script with a Python that the book can use:  sh tools/python.sh SCRIPT [ARGUMENT ...]
# That is $PYTHON if given; else the first of python3, python3.14 to python3.11 that is one of
# the tested versions; else a python3 that is newer.

version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }
tested() { case $1 in 3.11 | 3.12 | 3.13 | 3.14) true ;; *) false ;; esac; }
newer() { case $1 in 3.1[5-9] | 3.[2-9]?) true ;; *) false ;; esac; }
stop() { echo "$1" >&2; exit 1; }

if [ -n "$PYTHON" ]; then
    found=$(version "$PYTHON") || stop "PYTHON=$PYTHON does not run: give the path of Python 3.11, 3.12, 3.13 or 3.14."
    tested "$found" || newer "$found" ||
        stop "PYTHON=$PYTHON is Python $found: the book needs 3.11, 3.12, 3.13 or 3.14."
    exec "$PYTHON" "$@"
fi

for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if tested "$(version $python)"; then exec $python "$@"; fi
done

found=$(version python3)
if newer "$found"; then exec python3 "$@"; fi
cure="install Python 3.11, 3.12, 3.13 or 3.14, or name one: make book PYTHON=/path/to/python3.12"
if [ -n "$found" ]; then stop "The book needs Python 3.11 or newer, and python3 is $found: $cure"; fi
stop "The book needs Python, and there is no python3 here: $cure"
