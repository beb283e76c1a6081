#if os(Linux)
  import TCPCore

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// Addresses as users write them.
  package enum AddressText {
    /// `192.0.2.1` or `2001:db8::1`; no names, as there is no resolver.
    package static func address(_ text: String) -> Address? {
      if text.contains(":") {
        var octets = [UInt8](repeating: 0, count: 16)
        // The system writes 16 octets, and reads the text during the call.
        guard unsafe inet_pton(AF_INET6, text, &octets) == 1 else { return nil }
        let halves = [octets[0..<8], octets[8..<16]].map { $0.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
        return Address(high: halves[0], low: halves[1])
      }
      var octets: [UInt8] = [0, 0, 0, 0]
      // The system writes 4 octets, and reads the text during the call.
      guard unsafe inet_pton(AF_INET, text, &octets) == 1 else { return nil }
      return Address(octets[0], octets[1], octets[2], octets[3])
    }

    /// ADDRESS/PREFIX, or an address alone, whose prefix is then 24 or 64.
    package static func addressWithPrefix(_ text: String) -> (address: Address, prefix: Int)? {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count <= 2, let address = address(String(parts[0])) else { return nil }
      guard parts.count == 2 else { return (address, address.isIPv4 ? 24 : 64) }
      guard let prefix = number(parts[1]), prefix <= (address.isIPv4 ? 32 : 128) else { return nil }
      return (address, prefix)
    }

    /// `192.0.2.1:80` or `[2001:db8::1]:80`; without a port `defaultPort`, if there is one.
    package static func endpoint(_ text: String, defaultPort: UInt16? = nil) -> Endpoint? {
      var host = text
      var port = defaultPort
      if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]"),
        text.hasPrefix("[") || text.firstIndex(of: ":") == colon
      {
        guard let number = number(text[text.index(after: colon)...]), number >= 1, number <= 65_535 else {
          return nil
        }
        host = String(text[..<colon])
        port = UInt16(number)
      }
      if host.hasPrefix("[") {
        guard host.hasSuffix("]"), host.contains(":") else { return nil }
        host = String(host.dropFirst().dropLast())
      }
      guard let port, let address = address(host) else { return nil }
      return Endpoint(address, port)
    }

    /// http://ENDPOINT/PATH.
    package static func url(_ text: String) -> (endpoint: Endpoint, host: String, path: String)? {
      guard text.lowercased().hasPrefix("http://") else { return nil }
      let rest = text.dropFirst(7)
      let slash = rest.firstIndex(of: "/") ?? rest.endIndex
      let host = String(rest[..<slash])
      let path = slash == rest.endIndex ? "/" : String(rest[slash...])
      guard let endpoint = endpoint(host, defaultPort: 80),
        !path.utf8.contains(where: { $0 <= 32 || $0 == 127 })
      else { return nil }
      return (endpoint, host, path)
    }

    private static func number(_ text: Substring) -> Int? {
      guard !text.isEmpty, text.count <= 5, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
      return Int(text)
    }
  }
#endif
