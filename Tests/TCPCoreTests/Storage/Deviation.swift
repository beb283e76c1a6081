/// What a long random test throws at the first difference between the core and its model.
///
/// Tests that compare a million times would spend their time in expectations; this costs one comparison each.
struct Deviation: Error, CustomStringConvertible {
  let description: String
}

/// Throws a `Deviation` that names the line unless `condition` holds.
func demand(
  _ condition: Bool, _ text: @autoclosure () -> String, file: StaticString = #fileID, line: Int = #line
) throws {
  if !condition { throw Deviation(description: "\(file):\(line): \(text())") }
}
