"""Does what it is told by lines of its standard input, and answers each with one line. Ends with its input."""

import sys

from resourcelink import Directory, SegmentError


def acquire(directory, links, key):
    link = directory.acquire(key)
    links.setdefault(key, []).append(link)
    return f"{len(link.payload)} {sum(link.payload[:4096])}"


def publish(directory, links, key, text, ttl, keep):
    link = directory.publish(key, text.encode("utf-8"), float(ttl), keep == "keep")
    links.setdefault(key, []).append(link)
    return len(link.payload)


def close(directory, links, key):
    links[key].pop().close()
    return "closed"


def array(directory, links, key):
    """Whether an array keeps the link open, and what numpy sums up; or that there is no numpy."""
    try:
        view = links[key][-1].array()
    except ImportError:
        return "no numpy"
    try:
        links[key][-1].close()
        return "closed under an array"
    except BufferError:
        return int(view.sum(dtype="int64"))


def others(directory, links, key):
    return links[key][-1].has_other_holders()


def text(directory, links, key):
    return bytes(links[key][-1].payload).decode("utf-8")


def main():
    links = {}
    with Directory(sys.argv[1]) as directory:
        for line in sys.stdin:
            command, *arguments = line.split()
            try:
                answer = globals()[command](directory, links, *arguments)
            except (SegmentError, BufferError, OSError, ValueError) as e:
                answer = f"{type(e).__name__}: {e}"
            print(answer, flush=True)
        for link in [link for opened in links.values() for link in opened]:
            link.close()


main()
