package io.amphora.cel.value;

/// A type as a value, such as `int` or what `type(x)` answers.
public record TypeValue(String name) {}
