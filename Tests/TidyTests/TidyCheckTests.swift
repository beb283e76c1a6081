import RequirementTrace
import Testing

/// Each check is tried on small texts: what it lets pass, and that it can fail.
@Suite struct TidyCheckTests {
  static func file(_ path: String, _ text: String) -> SourceFile {
    SourceFile(path: "Sources/TCPCore/\(path)", text: text)
  }

  @Test("Comments and strings are separated from code") func scanning() {
    let text = ##"""
      a // b "c
      d /* e /* f */ g */ h
      "i \(j + "k") l" m "n\"o" p
      #"q \(r) \#(s)"# t
      u
      """##
    let code = SourceScanner.scan(text).code
    #expect(splitWords(in: code) == ["a", "d", "h", "j", "m", "p", "s", "t", "u"])
    #expect(splitWords(in: SourceScanner.scan(text).comments) == ["b", "c", "e", "f", "g"])
    #expect(splitLines(code).count == splitLines(text).count)
    let quotes = String(repeating: "\"", count: 3)
    #expect(splitWords(in: SourceScanner.scan("a \(quotes)\nb \" c\n\(quotes) d").code) == ["a", "d"])
    #expect(splitWords(in: SourceScanner.scan("a \"unclosed\nb").code) == ["a", "b"])
  }

  @Test("Lines are counted as an editor counts them") func lines() {
    #expect(splitLines("a\nb\n") == ["a", "b"])
    #expect(splitLines("a\n\nb") == ["a", "", "b"])
    #expect(splitLines("") == [])
  }

  @Test("Members are measured from keyword to closing brace") func measuring() {
    let text = """
      struct S {
        init(a: Int = { 1 }()) {
          self.init()
        }
        func one(
          _ b: () -> Void
        ) -> Int {
          func inner() { }
          if true { }
        }
        var two: Int { 2 }
        var three = [1].map { $0 }
      }
      protocol P {
        func requirement()
        init()
      }
      """
    let found = members(in: splitLines(SourceScanner.scan(text).code))
    #expect(found.map(\.name) == ["init", "one", "inner", "var"])
    #expect(found.map(\.lineCount) == [3, 6, 1, 1])
    #expect(found[1] == Member(name: "one", first: 4, body: 6, last: 9))
  }

  @Test("An import is seen, the word in a comment is not") func imports() {
    #expect(TidyChecks.imports(in: [Self.file("Wire/A.swift", "// import X\nlet a = \"import\"\n")]).isEmpty)
    let bad = TidyChecks.imports(in: [Self.file("Wire/A.swift", "\n@_exported import Foundation\n")])
    #expect(bad == ["Sources/TCPCore/Wire/A.swift:2: the core imports nothing"])
  }

  @Test("Types at the top level are found, nested ones are not") func types() {
    let text =
      "public struct A {\n  struct B {}\n}\nenum C: Int { case d }\ntypealias E = A\nextension F {}\nprotocol G {}"
    #expect(TidyChecks.topLevelTypes(in: splitLines(text)) == ["A", "C", "E", "G"])
  }

  @Test("An attribute for inlining without a reason is seen") func inlining() {
    let long = (0..<12).map { "  let a\($0) = 1\n" }.joined()
    let cases = [
      ("@inline(never)\nfunc a() {}\n", 1), ("@inline(never)  // rare\nfunc a() {}\n", 0),
      ("@inline(always)\nfunc a() {}\n", 1), ("@inline(always)  // one use\nfunc a() {}\n", 0),
      ("@inline(__always)\nfunc a() {}\n", 0), ("@inline(__always)\nfunc a() {\n\(long)}\n", 1),
      ("@inline(__always)  // one use\nfunc a() {\n\(long)}\n", 0),
    ]
    for (text, count) in cases {
      #expect(TidyChecks.inlining(in: [Self.file("Host/A.swift", text)], under: 12).count == count, "\(text)")
    }
  }

  @Test(
    "Layers are kept",
    arguments: [
      ("Base", "Wire", false), ("Wire", "Base", true), ("Internet", "Wire", true),
      ("Wire", "Internet", false),
      ("Storage", "Internet", true), ("Receiving", "Sending", false), ("Sending", "Receiving", false),
      ("Connection", "Sending", true), ("Sending", "Connection", false),
      ("SegmentArrives", "Connection", true),
      ("Connection", "SegmentArrives", false), ("Host", "SegmentArrives", true),
      ("SegmentArrives", "Host", false),
      ("Host", "Host", true),
    ])
  func layers(from: String, to: String, isAllowed: Bool) {
    let files = [
      Self.file("\(to)/A.swift", "struct Thing {}\n"),
      Self.file("\(from)/B.swift", "// Thing\nlet text = \"Thing\"\nlet someThing = 1\n"),
      Self.file("\(from)/C.swift", "\nlet a: Thing\n"),
    ]
    let expected = isAllowed ? [] : ["Sources/TCPCore/\(from)/C.swift:2: Thing belongs to \(to)"]
    #expect(TidyChecks.layers(of: files) == expected)
  }

  @Test("A type of a lower layer may share its name with one above; a stray folder is seen")
  func layerDetails() {
    let shared = [
      Self.file("Wire/A.swift", "struct Thing {}"), Self.file("Host/B.swift", "struct Thing {}"),
      Self.file("Storage/C.swift", "let a: Thing"),
    ]
    #expect(TidyChecks.layers(of: shared).isEmpty)
    #expect(TidyChecks.layers(of: [Self.file("Attic/A.swift", "")]).count == 1)
    #expect(TidyChecks.layers(of: [Self.file("A.swift", "")]).count == 1)
  }

  @Test("Lengths are limited") func lengths() {
    let long = Self.file("Wire/A.swift", "func a() {\n" + String(repeating: "b()\n", count: 73) + "}\n")
    #expect(TidyChecks.fileLengths(of: [long], under: 76).isEmpty)
    #expect(TidyChecks.fileLengths(of: [long], under: 75).count == 1)
    #expect(TidyChecks.functionLengths(of: [long], under: 76).isEmpty)
    #expect(TidyChecks.functionLengths(of: [long], under: 75).count == 1)
  }

  @Test("Wide comments are seen, wide code and strings are not") func commentWidths() {
    func complaints(_ text: String) -> [String] {
      TidyChecks.commentWidths(of: [Self.file("Wire/A.swift", text)], limit: 12)
    }
    #expect(complaints("// 3456789 12\nlet a = 1234567\nlet a = \"// 1\"\n").count == 1)
    #expect(
      complaints("\nlet a = 1  // b\n") == ["Sources/TCPCore/Wire/A.swift:2: 15 columns, 12 are allowed"])
    #expect(complaints("/* a\n * 4567890123\n */\n").count == 1)
    #expect(complaints("// 345678 12\n// öööööö 12").isEmpty)
  }

  @Test("unsafe in a file that may not use it, or without a reason, is seen") func unsafeUses() {
    func complaints(_ path: String, _ text: String) -> Int {
      TidyChecks.unsafeUses(in: [Self.file(path, text)]).count
    }
    #expect(complaints("Host/A.swift", "// unsafe\nlet a = \"unsafe\"\nlet unsafeThing = 1\n") == 0)
    #expect(complaints("Host/A.swift", "// A reason.\nunsafe a()\n") == 1)
    #expect(complaints("Storage/A.swift", "// A reason.\nunsafe a()\nunsafe b()\n") == 0)
    #expect(complaints("Storage/A.swift", "unsafe a()  // a reason\n") == 0)
    #expect(complaints("Storage/A.swift", "// A reason.\n\nunsafe a()\n") == 1)
    #expect(
      complaints("Base/ByteViews.swift", "func a() {\n  // A reason.\n  b()\n  c()\n  unsafe d()\n}\n")
        == 0)
    #expect(
      complaints(
        "Base/ByteViews.swift", "func a() {\n  b()\n  b()\n  b()\n\n  // Late.\n\n  unsafe d()\n}\n") == 1)
    #expect(complaints("Wire/Other.swift", "// A reason.\nunsafe a()\n") == 1)
  }

  @Test("Notes to oneself are seen, in comments too") func leftovers() {
    let mark = "TO" + "DO"
    #expect(TidyChecks.leftovers(in: [Self.file("Wire/A.swift", "// \(mark): later\n")]).count == 1)
    #expect(TidyChecks.leftovers(in: [Self.file("Wire/A.swift", "// \(mark)S and ma\(mark)\n")]).isEmpty)
  }

  @Test("A timer of the sender's that is armed from outside is seen") func senderTimer() {
    let arming = "func a() {\n  sender.timer.arm(at: now)\n  // sender.timer.arm(at: now)\n}\n"
    #expect(TidyChecks.senderTimer(in: [Self.file("Connection/A.swift", arming)]).count == 1)
    #expect(TidyChecks.senderTimer(in: [Self.file("Sending/A.swift", arming)]).isEmpty)
    let asking = "func a() -> Bool { sender.timer.isArmed }\n"
    #expect(TidyChecks.senderTimer(in: [Self.file("Connection/A.swift", asking)]).isEmpty)
  }

  @Test("A query that may copy a connection or its sender is seen") func copyingQueries() {
    func complaints(_ text: String) -> Int {
      TidyChecks.copyingQueries(in: [Self.file("Connection/A.swift", text)]).count
    }
    #expect(complaints("extension Connection {\n  func a() {}\n  mutating func b() {}\n}\n") == 1)
    #expect(complaints("extension Sender {\n  package var a: Int { 1 }\n}\n") == 1)
    #expect(complaints("extension Sender {\n  var a: Int { mutating get { 1 } }\n  var b = 1\n}\n") == 0)
    #expect(complaints("package struct Sender: ~Copyable {\n  static func a() {}\n  init() {}\n}\n") == 0)
    #expect(complaints("extension Pacer {\n  func a() {}\n}\n") == 0)
  }

  @Test("A stray entry at the top level is seen") func topLevel() {
    let good = [
      "Package.swift", "README.md", ".ci/sizes", ".gitignore", "Sources/A/b.swift", "Tests/x", "Fuzz/y",
      "Corpus/z",
    ]
    #expect(TidyChecks.topLevel(of: good).isEmpty)
    #expect(
      TidyChecks.topLevel(of: good + ["notes/a.md", "x.txt"]) == [
        "notes: not on the map", "x.txt: not on the map",
      ])
  }

  @Test("A folder that the map leaves out is seen") func map() {
    #expect(TidyChecks.map("Sources/\n  Wire/   bytes\n  TCPCore", names: ["Wire", "TCPCore"]).isEmpty)
    #expect(TidyChecks.map("Wires", names: ["Wire"]) == ["Wire: not named in Architecture.md"])
  }
}

@Suite struct RequirementTraceTests {
  @Test(
    "Citations are whole words, lists and ranges",
    arguments: [
      ("// MUST-7, and MUST-64: why", ["MUST-64", "MUST-7"]),
      ("/// (RFC7323-WS-2) `EV-SEG-LAST-ACK-16a`.", ["EV-SEG-LAST-ACK-16a", "RFC7323-WS-2"]),
      ("EV-SEG-LISTEN-1...3", ["EV-SEG-LISTEN-1", "EV-SEG-LISTEN-2", "EV-SEG-LISTEN-3"]),
      ("EV-SEG-{CLOSING,FIN-WAIT-1}-12", ["EV-SEG-CLOSING-12", "EV-SEG-FIN-WAIT-1-12"]),
      ("EV-SEG-{A, B}-9...10.", ["EV-SEG-A-10", "EV-SEG-A-9", "EV-SEG-B-10", "EV-SEG-B-9"]),
      ("EV-SEG-LAST-ACK-16{a,b}", ["EV-SEG-LAST-ACK-16a", "EV-SEG-LAST-ACK-16b"]),
      ("EV-{A,B}-{C,D}-1", ["EV-A-C-1", "EV-A-D-1", "EV-B-C-1", "EV-B-D-1"]),
      ("MUST-7... and so on", ["MUST-7"]),
      ("EV-SEG-*-12 EV-SEG- MUST - 7 must-7 {MUST", []),
      ("EV-SEG-A-5...3 EV-SEG-{A,B-1", []),
      ("if a { MUST-1, MUST-2 }", ["MUST-1", "MUST-2"]),
      ("func a() {  // MUST-1, MUST-2: why", ["MUST-1", "MUST-2"]),
      ("EV-{A, MUST-1 MUST-2", ["MUST-2"]),
      ("let a = { b-1 }  // MUST-2", ["MUST-2"]),
    ])
  func citations(text: String, expected: [String]) {
    #expect(RequirementTrace.citations(in: text).sorted() == expected)
  }

  @Test("A table is read field by field") func tables() {
    let table = Table("id\tdecision\nMUST-1\tdone\nMUST-2\t\n")
    #expect(table.header == ["id", "decision"])
    #expect(table.rows == [["MUST-1", "done"], ["MUST-2", ""]])
    #expect(Table("").rows.isEmpty)
  }

  @Test(
    "Decisions",
    arguments: [
      ("done", true, true), ("superseded by MUST-2", true, true), ("not applicable: no users", true, true),
      ("later: optional", true, false), ("", false, false), ("done?", false, false),
      ("perhaps", false, false),
    ])
  func decisions(text: String, inRequirements: Bool, inEvents: Bool) {
    #expect(RequirementTrace.isDecision(text, mayBeLater: true) == inRequirements)
    #expect(RequirementTrace.isDecision(text, mayBeLater: false) == inEvents)
  }

  @Test("Faults of a table are seen") func faults() {
    func count(_ text: String) -> Int {
      RequirementTrace.faults(of: Table(text), named: "t", mayBeLater: false).count
    }
    #expect(count("id\tx\tdecision\nMUST-1\t\tdone\nMUST-2\t\tsuperseded by MUST-1\n") == 0)
    #expect(count("id\tdecision\tx\nMUST-1\tdone\t\n") == 1)
    #expect(count("") == 1)
    #expect(count("id\tdecision\nMUST-1\tdone\nMUST-1\tdone\n") == 1)
    #expect(count("id\tdecision\nMUST-1\n") == 1)
    #expect(count("id\tdecision\nMUST-1\tlater\n") == 1)
    #expect(count("id\tdecision\nMUST\tdone\n") == 1)
  }

  @Test("Only what is done must be cited, in code and in tests") func untraced() {
    let table = Table("id\tdecision\nMUST-1\tdone\nMUST-2\tdone\nMUST-3\tlater\n")
    let ids = RequirementTrace.ids(of: table)
    #expect(ids.done == ["MUST-1", "MUST-2"] && ids.all == ["MUST-1", "MUST-2", "MUST-3"])
    #expect(
      RequirementTrace.untraced(ids.done, code: ["MUST-1", "MUST-2"], tests: ["MUST-2", "MUST-1"]).isEmpty)
    #expect(
      RequirementTrace.untraced(ids.done, code: ["MUST-1"], tests: [])
        == ["1 without code: MUST-2", "2 without test: MUST-1 MUST-2"])
  }

  @Test("A citation that names no row is seen, other families are left alone") func unknown() {
    let found = RequirementTrace.unknown(["MUST-1", "MUST-70", "ROB-1", "CVE-2023-1"], all: ["MUST-1"])
    #expect(found == ["MUST-70"])
  }

  @Test("A name in back quotes that is nowhere in the code is seen, in comments only") func commentNames() {
    let quote = "`"
    let text = """
      let taken = "inString"  // \(quote)taken\(quote) and \(quote)gone\(quote), not outside
      /* \(quote)inString, lost.taken\(quote) */ let other = 1
      // survives \(quote)mutant\(quote): equivalent
      """
    let file = SourceFile(path: "A.swift", text: text)
    let known = CommentNames.words(of: file)
    #expect(known == ["let", "taken", "inString", "other", "1"])
    #expect(
      CommentNames.missing(in: [file], known: known) == [
        "A.swift:1: there is no gone", "A.swift:2: there is no lost",
      ])
  }
}
