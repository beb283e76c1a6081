import Foundation

/// Other programs.
enum Command {
  /// Runs a program to its end, and returns what it prints.
  static func output(of words: [String]) throws(CannotMeasure) -> String {
    let pipe = Pipe()
    let process = try start(words, printingTo: pipe)
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    try wait(for: process, words)
    return String(decoding: data, as: UTF8.self)
  }

  /// Runs a program to its end; what it prints is no result.
  static func run(_ words: [String]) throws(CannotMeasure) {
    try wait(for: try start(words, printingTo: FileHandle.standardError), words)
  }

  private static func start(_ words: [String], printingTo output: Any) throws(CannotMeasure) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardOutput = output
    do { try process.run() } catch {
      throw CannotMeasure(description: "\(words[0]) cannot be started: \(error)")
    }
    return process
  }

  private static func wait(for process: Process, _ words: [String]) throws(CannotMeasure) {
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CannotMeasure(
        description: "\(words[0]) ended with \(process.terminationStatus); is it installed?")
    }
  }
}
