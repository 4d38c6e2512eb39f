package io.amphora.machinery.tree;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// What a tree does not keep of the text that it was read from, by the identity of its parts: numbers with a point or
/// an exponent, which are whole numbers for some readers and not for others, and names that stood more than once.
public final class Spelling {
    /// Of what was not read from a text, or is spelled as trees are written.
    public static final Spelling PLAIN = new Spelling();

    /// A number of more characters is told by its value.
    private static final int LONGEST = 100;

    /// One name and value, as they stood in an object.
    public record Member(String name, Tree value) {}

    private final Map<Tree, String> numbers = new IdentityHashMap<>();
    private final Map<ObjectTree, List<Member>> members = new IdentityHashMap<>();

    Spelling() {}

    void number(Tree number, String text) {
        numbers.put(number, text.length() <= LONGEST ? text : number.toString());
    }

    void members(ObjectTree object, List<Member> all) {
        members.put(object, List.copyOf(all));
    }

    public boolean isPlain() {
        return numbers.isEmpty() && members.isEmpty();
    }

    /// Whether a name stood twice anywhere.
    public boolean hasRepeated() {
        return !members.isEmpty();
    }

    /// A number as it was written.
    public String of(Tree number) {
        return numbers.getOrDefault(number, number.toString());
    }

    /// All members of an object with a name twice, in the order of the text; none for another object.
    public List<Member> members(ObjectTree object) {
        return members.getOrDefault(object, List.of());
    }

    /// The tree with each number as a tree has it: `3.0` is 3.
    public Tree canonical(Tree tree) {
        return numbers.isEmpty() ? tree : numbersOf(tree);
    }

    private static Tree numbersOf(Tree tree) {
        return switch (tree) {
            case ObjectTree object -> object.map((name, value) -> numbersOf(value));
            case ListTree list -> list.map(Spelling::numbersOf);
            case Tree.Decimal(var value) when value == Math.rint(value) -> Tree.of(value);
            default -> tree;
        };
    }
}
