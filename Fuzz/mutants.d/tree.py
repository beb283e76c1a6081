"""The copy of the tree in which Fuzz/mutants and Fuzz/requirements change the core, and what is run there."""
import os, re, shutil, signal, subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCRATCH = Path(os.environ.get("SCRATCH", ROOT / ".build-fuzz")).resolve()
COPIED = ["Package.swift", "Sources", "Tests", "Fuzz", "Corpus"]
MEMORY = 8 << 20  # KiB; a mutant may allocate without end
# The quick ones first. CorpusTests replay, and TidyTests read, but do not run the core.
TESTS = ["ConformanceTests", "TCPCoreTests", "TCPLoopbackTests", "TCPCaptureTests", "TCPLinuxTests",
         "TCPCoreCTests", "TCPServicesTests"]

ORACLES = (r"violated: ([^:\[\n]*)", r"ERROR: AddressSanitizer: ([a-z-]*)",
           r"ERROR: libFuzzer: (timeout|out-of-memory)", r"Fatal error: ([^\n]+)", r"deadly signal")
FAILURE = r"✘ Test ((?!run )(?:\".*?\"|\S+)) (?:recorded|with|failed)"


def files(*parts):
    for part in parts:
        path = ROOT / part
        yield from [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())


def first(said, *patterns):
    """What the first pattern that matches has found."""
    for pattern in patterns:
        if match := re.search(pattern, said):
            return match[match.lastindex or 0].strip()
    return "trap"


class Tree:
    def __init__(self, name):
        self.place = SCRATCH / name

    def put(self, path, octets):
        """Writes a file only where it differs, so that nothing is built for nothing."""
        copy = self.place / Path(path).relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not copy.exists() or copy.read_bytes() != octets:
            copy.write_bytes(octets)

    def refresh(self, changed=None, package=""):
        """Copies what differs; the texts of `changed`, by path below the root, take the place of the files' own.
        `package` goes to the end of Package.swift."""
        changed = changed or {}
        for part in COPIED:
            for copy in [p for p in (self.place / part).rglob("*") if p.is_file()]:
                name = copy.relative_to(self.place)
                if str(name) not in changed and not (ROOT / name).exists():
                    copy.unlink()
        for path in files(*COPIED):
            octets = path.read_bytes()
            if path.name == "Package.swift":  # a mutant may be worth a warning, which must not end the build
                octets = octets.replace(b"treatAllWarnings(as: .error)", b"treatAllWarnings(as: .warning)")
                octets += package.encode()
            if str(path.relative_to(ROOT)) not in changed:
                self.put(path, octets)
        for name, text in changed.items():
            self.put(ROOT / name, text.encode())

    def run(self, command, seconds, memory=None, environment=None, said="said", until=None):
        """The exit status, or "hangs"; what was said goes to a file. A line in which `until` is found ends it."""
        if memory:
            command = ["bash", "-c", f'ulimit -v {memory}; exec "$@"', "bash"] + command
        environment = dict(os.environ, SWIFT_BACKTRACE="enable=no", **(environment or {}))
        with open(self.place / said, "wb") as output:
            process = subprocess.Popen(command, cwd=self.place, stdout=output, stderr=output, env=environment,
                                       start_new_session=True)
            try:
                if until:
                    return self.wait(process, seconds, self.place / said, until)
                return process.wait(seconds)
            except BaseException as interruption:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                if isinstance(interruption, subprocess.TimeoutExpired):
                    return "hangs"
                raise

    def compile_core(self):
        """Whether the core compiles. Nothing is made; what the compiler said is kept."""
        sources = sorted(str(path.relative_to(self.place)) for path in (self.place / "Sources/TCPCore").rglob("*.swift"))
        return self.run([shutil.which("swiftc"), "-emit-sil", "-Onone", "-wmo", "-o", "/dev/null", "-suppress-warnings",
                         "-strict-memory-safety", "-swift-version", "6", "-package-name", "tcp-core",
                         "-parse-as-library", "-module-name", "TCPCore", *sources], 900) == 0

    def wait(self, process, seconds, said, until):
        """The exit status, or 1 once a line was said that ends it."""
        waited = 0.0
        while True:
            try:
                return process.wait(0.2)
            except subprocess.TimeoutExpired:
                waited += 0.2
                if waited > seconds:
                    raise
            if re.search(until, said.read_text(errors="replace")):
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return 1

    def said(self, name="said"):
        return (self.place / name).read_text(errors="replace")
