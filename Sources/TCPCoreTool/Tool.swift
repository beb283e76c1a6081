import TCPCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The command line: picks the command, prints what went wrong, and ends with its code.
@main
package enum Tool {
  package static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    do throws(ToolError) {
      exit(try run(words))
    } catch {
      Console.error("tcpcore: \(error.message)")
      if error.isUsage { Console.error("Try 'tcpcore help'.") }
      exit(error.isUsage ? 2 : 1)
    }
  }

  private static func run(_ words: [String]) throws(ToolError) -> Int32 {
    guard let command = words.first else { return try DemoCommand().run() }
    let rest = Array(words.dropFirst())
    switch command {
    case "loopback": return try LoopbackCommand(rest).run()
    case "read": return try ReadCommand(rest).run()
    case "script": return try ScriptCommand(rest).run()
    case "sizes": return try SizesCommand(rest).run()
    case "explore": return try ExploreCommand(rest).run()
    case "conformance": return try ConformanceCommand(rest).run()
    case "tun", "relay": return try runOnDevice(command, rest)
    case "version", "--version":
      Console.print("tcpcore \(TCPHost.version)")
      return 0
    case "help", "--help", "-h":
      Console.print(Usage.text)
      return 0
    default:
      throw .usage(
        "unknown command '\(command)'; expected loopback, read, script, sizes, conformance, tun, relay,"
          + " version or help")
    }
  }

  private static func runOnDevice(_ command: String, _ words: [String]) throws(ToolError) -> Int32 {
    #if os(Linux)
      return command == "tun" ? try TUNCommand(words).run() : try RelayCommand(words).run()
    #else
      throw .failure("\(command) needs the TUN devices of Linux")
    #endif
  }
}

/// Why a command did not do its work.
package struct ToolError: Error {
  /// What was wrong, and what was expected.
  package var message: String
  /// Whether the command line was wrong: exit code 2 instead of 1.
  package var isUsage: Bool

  static func usage(_ message: String) -> ToolError { ToolError(message: message, isUsage: true) }
  static func failure(_ message: String) -> ToolError { ToolError(message: message, isUsage: false) }
}

/// Text to the two output streams, without buffering surprises.
package enum Console {
  package static func print(_ text: String, terminator: String = "\n") {
    write(text + terminator, to: STDOUT_FILENO)
  }
  static func error(_ text: String, terminator: String = "\n") { write(text + terminator, to: STDERR_FILENO) }
  /// Whether somebody looks at standard error.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while rest.count > 0 {
        let written = unsafe Tool.systemWrite(descriptor, rest)
        guard written > 0 else { return }
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
  }
}

extension Tool {
  fileprivate static func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    unsafe write(descriptor, bytes.baseAddress, bytes.count)
  }
}
