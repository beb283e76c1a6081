/// Ends the process where a condition does not hold; the description is made only then.
@inline(__always)
func mustHold(_ property: StaticString, _ isTrue: Bool, _ how: @autoclosure () -> String = "") {
  if !isTrue { violated("\(property)", how()) }
}
