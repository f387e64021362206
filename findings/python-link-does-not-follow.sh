#!/usr/bin/env bash
# os.link with follow_symlinks=True does not follow, unless a directory is given by its descriptor.
#
# Library    Python: os.link
# Seen with  CPython 3.11.7, Linux, x86-64
#
# What happens  The way to name a file that was made with O_TMPFILE is to link /proc/self/fd/N, which is a symbolic link, to the name.
#               os.link follows symbolic links by default, says its documentation. It calls link(2), which on Linux does not: the call
#               fails with EXDEV, because the link in /proc is on another file system. follow_symlinks=True changes nothing. With
#               dst_dir_fd or src_dir_fd the same call goes to linkat(2) and follows. Within one file system nothing fails: the new
#               name is one more name of the symbolic link, and not of the file.
# Output        /proc/self/fd/N to a name: EXDEV; the same with dst_dir_fd: linked
#               a symbolic link to a name, follow_symlinks=True: a symbolic link
#
# Fails if the first call links the file, or the last one does.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$work" <<'PYTHON'
import errno
import os
import sys

print("Python", sys.version.split()[0])
work = sys.argv[1]
directory = os.open(work, os.O_RDONLY | os.O_DIRECTORY)
file = os.open(work, os.O_TMPFILE | os.O_RDWR, 0o600)
source = f"/proc/self/fd/{file}"


def link(**options):
    try:
        os.link(source, os.path.join(work, "named"), follow_symlinks=True, **options)
        return "linked"
    except OSError as e:
        return errno.errorcode[e.errno]


plain = link()
relative = link(dst_dir_fd=directory)
print(f"/proc/self/fd/N to a name: {plain}; the same with dst_dir_fd: {relative}")

os.symlink("named", os.path.join(work, "symbolic"))
os.link(os.path.join(work, "symbolic"), os.path.join(work, "linked"), follow_symlinks=True)
symbolic = os.path.islink(os.path.join(work, "linked"))
print("a symbolic link to a name, follow_symlinks=True:", "a symbolic link" if symbolic else "the file")
sys.exit(0 if plain == "EXDEV" and relative == "linked" and symbolic else 1)
PYTHON
