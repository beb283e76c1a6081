import TCPCore

/// `tcpcore sizes`: what memory is needed, as `TCPHost.byteCount` says it.
package struct SizesCommand {
  private var isJSON = false

  package init(_ words: [String]) throws(ToolError) {
    for word in words {
      guard word == "--json" else { throw .usage("sizes does not know '\(word)'; expected --json") }
      isJSON = true
    }
  }

  func run() throws(ToolError) -> Int32 {
    let rows: [(String, String, Int)] = [
      ("connection", "connection with rings of 16 octets", try growth { $0.setConnections($1, ring: 16) }),
      ("connection_2k", "connection with rings of 2 KiB", try growth { $0.setConnections($1, ring: 2_048) }),
      (
        "connection_64k", "connection with rings of 64 KiB",
        try growth { $0.setConnections($1, ring: 65_536) }
      ),
      ("half_open", "half-open entry", try growth { $0.halfOpenCapacity += $1 }),
      ("time_wait", "TIME-WAIT entry", try growth { $0.timeWaitCapacity += $1 }),
      ("listener", "listener", try growth { $0.listenerCapacity += $1 }),
      ("reply", "waiting reply", try growth { $0.replyCapacity += $1 }),
      ("smallest_host", "whole host: 1 connection with rings of 2 KiB, 1 of each entry", try smallest()),
    ]
    if isJSON {
      Console.print("{" + rows.map { "\"\($0.0)\": \($0.2)" }.joined(separator: ", ") + "}")
    } else {
      Console.print("Octets of the caller's memory for each (its links in all tables included):")
      for row in rows {
        let number = "\(row.2)"
        Console.print(String(repeating: " ", count: 9 - number.count) + number + "  " + row.1)
      }
    }
    return 0
  }

  private func byteCount(_ configuration: HostConfiguration) throws(ToolError) -> Int {
    do throws(ConfigurationError) {
      return try TCPHost.byteCount(for: configuration)
    } catch {
      throw .failure("cannot size a host: \(error)")
    }
  }

  /// What 1,024 more of something cost, each; so many that rounding and hash buckets even out.
  private func growth(
    _ add: (inout HostConfiguration, Int) -> Void
  ) throws(ToolError) -> Int {
    var base = HostConfiguration(connections: 1_024, sendCapacity: 16, receiveCapacity: 16)
    base.halfOpenCapacity = 512
    base.timeWaitCapacity = 508
    add(&base, 0)
    var more = base
    add(&more, 1_024)
    return (try byteCount(more) - byteCount(base)) / 1_024
  }

  private func smallest() throws(ToolError) -> Int {
    var configuration = HostConfiguration(
      connections: 1, sendCapacity: 2_048, receiveCapacity: 2_048)
    configuration.halfOpenCapacity = 1
    configuration.timeWaitCapacity = 1
    configuration.listenerCapacity = 1
    configuration.replyCapacity = 1
    return try byteCount(configuration)
  }
}

extension HostConfiguration {
  /// One ring class of 1,024 connections and so many more.
  fileprivate mutating func setConnections(_ more: Int, ring: Int) {
    setRingClass(0, RingClass(connections: 1_024 + more, sendCapacity: ring, receiveCapacity: ring))
  }
}
