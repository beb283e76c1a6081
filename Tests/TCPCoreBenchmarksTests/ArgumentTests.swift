import TCPCoreBenchmarks
import Testing

@Suite("The command line of tcpcore-bench") struct ArgumentTests {
  private func names(_ words: String...) throws -> [String] {
    try BenchmarkArguments(words).chosenNames()
  }

  @Test("A filter means whole words") func filter() throws {
    #expect(try names("--filter", "scale.ack.100") == ["scale.ack.100"])
    #expect(try names("--filter", "copysum") == [20, 64, 536, 1_460, 8_960].map { "copysum.\($0)" })
    #expect(try names().count > 80 && Set(names()).count == names().count)
  }

  @Test("A wrong argument is refused, and the known names are listed") func wrong() {
    for words in [["--filter", "scale.ac"], ["--filter"], ["--plot"], ["--nothing"]] {
      #expect(throws: CannotMeasure.self) { _ = try BenchmarkArguments(words).chosenNames() }
    }
    do {
      _ = try names("--filter", "inputs")
      Issue.record("no such benchmark")
    } catch {
      #expect("\(error)".contains("  input.text.1460\n"))
    }
  }

  @Test("What the program over the archive prints is read, and nothing else")
  func archive() throws {
    let line = "316.5 308.9 320.4 1528436 1.50\n"
    let found = try #require(Measurement("archive.bulk", bytes: 1_460, line: line))
    #expect(found.nanoseconds == 316.5 && found.operations == 1_528_436 && found.note == "1.5 datagrams")
    for other in ["", "316.5 308.9 320.4 1528436", "0 0 0 0 0", "none 308.9 320.4 1528436 1.50"] {
      #expect(Measurement("archive.bulk", bytes: 1_460, line: other) == nil)
    }
    #expect(throws: CannotMeasure.self) { _ = try names("--archive", "/no/such/program") }
  }

  @Test("A baseline from elsewhere is refused by what differs") func surroundings() {
    var there = Surroundings.here
    #expect(there.differences(from: there) == [])
    there.toolchain = "Swift 1"
    #expect(Surroundings.here.differences(from: there).count == 1)
    #expect(Surroundings.here.differences(from: there)[0].hasPrefix("toolchain: Swift 1 there, "))
  }
}
