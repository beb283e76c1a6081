import TCPLoopback

extension Impairments {
  /// Takes one of the options that say what a link does; `false` if the word is none.
  mutating func take(_ word: String, _ arguments: inout Arguments) throws(ToolError) -> Bool {
    switch word {
    case "--loss": loss = try arguments.probability(of: word)
    case "--duplicate": duplication = try arguments.probability(of: word)
    case "--reorder": reordering = try arguments.probability(of: word)
    case "--reorder-by": reorderingDelay = try arguments.interval(of: word)
    case "--corrupt": corruption = try arguments.probability(of: word)
    case "--mark": marking = try arguments.probability(of: word)
    case "--blackhole": blackHole = try arguments.integer(of: word, 68...65_535)
    case "--delay": delay = try arguments.interval(of: word)
    case "--jitter": jitter = try arguments.interval(of: word)
    case "--rate": bitsPerSecond = try arguments.rate(of: word)
    case "--queue": queueLimit = try arguments.size(of: word, 0...(1 << 30))
    default: return false
    }
    return true
  }
}
