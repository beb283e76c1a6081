import Foundation
import FuzzProperties
import TCPCore
import Testing

/// Every input of the corpus through the property that it was made for. A property that does not hold ends
/// the process with its name and that of the file.
@Suite("The corpus", .serialized) struct ReplayTests {
  @Test("No input breaks its property", arguments: FuzzTarget.allCases)
  func replays(_ target: FuzzTarget) {
    let paths = files(at: ["\(CorpusFiles.folder)/\(target.rawValue)"])
    #expect(paths.count >= 30)
    for path in paths { replay(file: path) { target.check($0) } }
  }

  @Test("Every folder belongs to a target, and every target has one")
  func folders() {
    #expect(CorpusFiles.names(in: CorpusFiles.folder) == FuzzTarget.allCases.map(\.rawValue).sorted())
  }

  @Test("Every name says something, and no input is there twice", arguments: FuzzTarget.allCases)
  func names(_ target: FuzzTarget) throws {
    let folder = "\(CorpusFiles.folder)/\(target.rawValue)"
    var seen: [Data: String] = [:]
    for name in CorpusFiles.names(in: folder) {
      let isNamed = name.contains("-") && name.allSatisfy { $0 == "-" || $0.isLowercase || $0.isNumber }
      #expect(isNamed, "\(name) does not say what it shows")
      let data = try #require(FileManager.default.contents(atPath: "\(folder)/\(name)"))
      #expect(seen[data] == nil, "\(name) is the same as \(seen[data] ?? "")")
      seen[data] = name
    }
  }

  @Test("Every event of RFC 9293 meets every state that the table has for it")
  func eventPairs() throws {
    for path in files(at: ["\(CorpusFiles.folder)/FuzzConnection"]) {
      replay(file: path) { FuzzTarget.connection.check($0) }
    }
    let rows = try CorpusFiles.text("Tests/ConformanceTests/event_processing.tsv").split(separator: "\n")
      .dropFirst()
    var pairs: Set<String> = []
    for row in rows {
      let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
      pairs.insert("\(fields[1]) meets \(fields[2])")
    }
    let states = (0...10).compactMap { ConnectionState(rawValue: $0) }
    var reached: Set<String> = []
    for state in states {
      for event in EventPairs.Event.allCases where EventPairs.hasSeen(event, state) {
        reached.insert("\(state.name) meets \(event.name)")
      }
    }
    print("\(pairs.intersection(reached).count) of \(pairs.count) pairs of state and event reached")
    #expect(pairs.count > 90)
    let missing = pairs.subtracting(reached).sorted()
    #expect(missing == [])
  }
}
