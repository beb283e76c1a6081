/// An input made by hand: its name says what it shows.
struct Seed {
  /// In kebab-case; the name of its file.
  var name: String
  var octets: [UInt8]

  init(_ name: String, _ octets: [UInt8]) {
    self.name = name
    self.octets = octets
  }
}

/// All seeds, by the fuzz target that takes them. Each list has a file of its own; a further one is added
/// here.
enum SeedList {
  static let all: [(target: String, seeds: [Seed])] = [
    ("FuzzSegment", segmentSeeds),
    ("FuzzOptions", optionSeeds),
    ("FuzzDatagram", datagramSeeds),
    ("FuzzReassembly", reassemblySeeds),
    ("FuzzConnection", connectionSeeds),
    ("FuzzHost", hostSeeds),
    ("FuzzLoopback", loopbackSeeds),
  ]
}
