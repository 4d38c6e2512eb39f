package io.amphora.kubectl.template;

import io.amphora.kubectl.template.Node.Command;
import io.amphora.kubectl.template.Node.Operand;
import io.amphora.kubectl.template.Node.Pipeline;
import io.amphora.kubectl.template.Node.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fills one template with values; a template that it calls is another execution.
final class Execution {
    private static final int DEEPEST = 100_000;

    /// What all executions of one filling share.
    ///
    /// @param lenient whether an entry that a map has not is nothing, rather than a mistake
    record Setting(
            String parsed, String text, boolean lenient, Map<String, List<Statement>> templates, StringBuilder out) {}

    private static final class Variable {
        private final String name;
        private Value value;

        Variable(String name, Value value) {
            this.name = name;
            this.value = value;
        }
    }

    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private final Setting setting;
    private final String name;
    private final int depth;
    private final List<Variable> variables = new ArrayList<>();
    private int at;
    private String shown = "";

    Execution(Setting setting, String name, Value root, int depth) {
        this.setting = setting;
        this.name = name;
        this.depth = depth;
        variables.add(new Variable("$", root));
    }

    void run(List<Statement> statements, Value dot) {
        walk(statements, dot);
    }

    // Statements

    private Flow walk(List<Statement> statements, Value dot) {
        for (Statement statement : statements) {
            Flow flow = walk(statement, dot);
            if (flow != Flow.ON) return flow;
        }
        return Flow.ON;
    }

    private Flow walk(Statement statement, Value dot) {
        switch (statement) {
            case Node.Text(var text) -> setting.out().append(text);
            case Node.Action(var pipeline) -> {
                Value value = evaluate(pipeline, dot);
                if (pipeline.variables().isEmpty()) setting.out().append(Format.printed(value));
            }
            case Node.If(var pipeline, var body, var otherwise) -> {
                return choose(pipeline, body, otherwise, dot, false);
            }
            case Node.With(var pipeline, var body, var otherwise) -> {
                return choose(pipeline, body, otherwise, dot, true);
            }
            case Node.Range range -> {
                return range(range, dot);
            }
            case Node.Break _ -> {
                return Flow.BREAK;
            }
            case Node.Continue _ -> {
                return Flow.CONTINUE;
            }
            case Node.Call call -> call(call, dot);
        }
        return Flow.ON;
    }

    private Flow choose(Pipeline pipeline, List<Statement> body, List<Statement> otherwise, Value dot, boolean inside) {
        int known = variables.size();
        Value value = evaluate(pipeline, dot);
        boolean met = value.isTrue();
        Flow flow = walk(met ? body : otherwise, met && inside ? value : dot);
        forget(known);
        return flow;
    }

    private void forget(int known) {
        variables.subList(known, variables.size()).clear();
    }

    private Flow range(Node.Range range, Value dot) {
        int known = variables.size();
        Value over = evaluate(range.pipeline(), dot).bare();
        int mark = variables.size();
        boolean any = switch (over) {
            case Value.Items(var items) -> {
                for (int i = 0; i < items.size(); i++)
                    if (turn(range, new Value.Whole(i), items.get(i), mark) == Flow.BREAK) break;
                yield !items.isEmpty();
            }
            case Value.Entries(var entries) -> {
                for (var each : entries.entrySet())
                    if (turn(range, new Value.Text(each.getKey()), each.getValue(), mark) == Flow.BREAK) break;
                yield !entries.isEmpty();
            }
            case Value.Whole(var count, var width) -> {
                if (range.pipeline().variables().size() > 1)
                    throw wrong("can't use " + count + " to iterate over more than one variable");
                for (long i = 0; i < count; i++)
                    if (turn(range, Value.MISSING, new Value.Whole(i, width), mark) == Flow.BREAK) break;
                yield count > 0;
            }
            case Value.Missing _, Value.Nil _ -> false;
            default -> throw wrong("range can't iterate over " + Format.printed(over));
        };
        Flow flow = any ? Flow.ON : walk(range.otherwise(), dot);
        forget(known);
        return flow;
    }

    private Flow turn(Node.Range range, Value index, Value item, int mark) {
        List<String> names = range.pipeline().variables();
        boolean assigns = range.pipeline().assigns();
        if (names.size() == 1) give(names.getFirst(), item, assigns, mark - 1);
        if (names.size() == 2) {
            give(names.getFirst(), index, assigns, mark - 2);
            give(names.getLast(), item, assigns, mark - 1);
        }
        Flow flow = walk(range.body(), item);
        forget(mark);
        return flow;
    }

    private void give(String variable, Value value, boolean assigns, int place) {
        if (assigns) assign(variable, value);
        else variables.get(place).value = value;
    }

    private void call(Node.Call call, Value dot) {
        see(call.at(), call.shown());
        List<Statement> template = setting.templates().get(call.name());
        if (template == null) throw wrong("template " + Quoting.quoted(call.name()) + " not defined");
        if (depth == DEEPEST) throw wrong("exceeded maximum template depth (" + DEEPEST + ")");
        Value inside = call.pipeline() == null ? Value.MISSING : evaluate(call.pipeline(), dot);
        new Execution(setting, call.name(), inside, depth + 1).run(template, inside);
    }

    // Mistakes

    /// Remembers what is looked at, for messages.
    private void see(int where, String what) {
        at = where;
        shown = what;
    }

    private TemplateException wrong(String why) {
        String before = setting.text().substring(0, Math.min(at, setting.text().length()));
        int lineStart = before.lastIndexOf('\n') + 1;
        long line = before.chars().filter(letter -> letter == '\n').count() + 1;
        return new TemplateException("template: " + setting.parsed() + ":" + line + ":" + (before.length() - lineStart)
                + ": executing " + Quoting.quoted(name) + " at <" + shown + ">: " + why);
    }

    // Values

    private Value evaluate(Pipeline pipeline, Value dot) {
        see(pipeline.at(), pipeline.shown());
        Value value = null;
        for (Command command : pipeline.commands())
            value = evaluate(command, dot, value).bare();
        Value made = value == null ? Value.MISSING : value;
        for (String variable : pipeline.variables()) {
            if (pipeline.assigns()) assign(variable, made);
            else variables.add(new Variable(variable, made));
        }
        return made;
    }

    private void assign(String variable, Value value) {
        for (int i = variables.size() - 1; i >= 0; i--)
            if (variables.get(i).name.equals(variable)) {
                variables.get(i).value = value;
                return;
            }
        throw wrong("undefined variable: " + variable);
    }

    private Value variable(String wanted) {
        for (int i = variables.size() - 1; i >= 0; i--)
            if (variables.get(i).name.equals(wanted)) return variables.get(i).value;
        throw wrong("undefined variable: " + wanted);
    }

    /// @param piped what the command before it made; null for the first
    private Value evaluate(Command command, Value dot, @Nullable Value piped) {
        Operand first = command.words().getFirst();
        boolean plain = command.words().size() == 1 && piped == null;
        if (first instanceof Node.Identifier function) return function(function, command.words(), dot, piped);
        boolean methodLike = first instanceof Node.Field
                || first instanceof Node.Chain
                || first instanceof Node.Variable variable && !variable.fields().isEmpty();
        if (!plain && !methodLike) {
            if (!(first instanceof Pipeline)) see(first.at(), first.shown());
            throw wrong("can't give argument to non-function " + first.shown());
        }
        if (first instanceof Node.Nil nil) {
            see(nil.at(), nil.shown());
            throw wrong("nil is not a command");
        }
        return operand(first, dot, plain);
    }

    private static String shown(Operand operand) {
        return operand instanceof Pipeline ? "(" + operand.shown() + ")" : operand.shown();
    }

    /// @param plain whether nothing is handed to it as to a function
    private Value operand(Operand operand, Value dot, boolean plain) {
        return switch (operand) {
            case Pipeline pipeline -> evaluate(pipeline, dot);
            case Node.Field field -> {
                see(field.at(), field.shown());
                yield fields(dot, field.names(), plain);
            }
            case Node.Variable variable -> {
                see(variable.at(), variable.shown());
                yield fields(variable(variable.name()), variable.fields(), plain);
            }
            case Node.Chain chain -> {
                see(chain.at(), chain.shown());
                if (chain.of() instanceof Node.Nil) throw wrong("indirection through explicit nil in " + chain.shown());
                yield fields(operand(chain.of(), dot, true), chain.names(), plain);
            }
            case Node.Identifier function -> function(function, List.of(function), dot, null);
            case Node.Dot _ -> dot;
            case Node.Nil _ -> Value.NIL;
            case Node.Literal literal -> {
                see(literal.at(), literal.shown());
                yield literal.value();
            }
        };
    }

    private Value fields(Value from, List<String> names, boolean plain) {
        Value value = from;
        for (int i = 0; i < names.size(); i++) value = field(value, names.get(i), plain || i < names.size() - 1);
        return value;
    }

    private Value field(Value of, String field, boolean plain) {
        if (of.isMissing()) {
            if (setting.lenient()) return Value.MISSING;
            throw wrong("nil data; no entry for key " + Quoting.quoted(field));
        }
        if (of instanceof Value.Nil || of instanceof Value.Boxed(Value.Nil _))
            throw wrong("nil pointer evaluating interface {}." + field);
        if (!(of.bare() instanceof Value.Entries(var entries)))
            throw wrong("can't evaluate field " + field + " in type " + of.type());
        if (!plain) throw wrong(field + " is not a method but has arguments");
        Value value = entries.get(field);
        if (value != null) return value;
        if (setting.lenient()) return Value.MISSING;
        throw wrong("map has no entry for key " + Quoting.quoted(field));
    }

    private Value function(Node.Identifier function, List<Operand> words, Value dot, @Nullable Value piped) {
        see(function.at(), function.shown());
        List<Operand> given = words.subList(1, words.size());
        int count = given.size() + (piped == null ? 0 : 1);
        Functions.Shape shape = Functions.shape(function.name());
        if (shape.variadic() ? count < shape.least() : count != shape.least())
            throw wrong("wrong number of args for " + function.name() + ": want "
                    + (shape.variadic() ? "at least " : "") + shape.least() + " got "
                    + (shape.variadic() ? given.size() : count));
        boolean and = function.name().equals("and");
        if (and || function.name().equals("or")) return chosen(given, dot, piped, and);
        var values = new ArrayList<Value>();
        for (Operand each : given) values.add(argument(each, dot, shape.textFirst() && values.isEmpty()));
        if (piped != null) values.add(checked(piped, shape.textFirst() && values.isEmpty()));
        try {
            if (function.name().equals("call"))
                throw new Functions.Mistake(Functions.uncallable(
                        given.isEmpty() ? Format.printed(values.getFirst()) : shown(given.getFirst()),
                        values.getFirst()));
            return Functions.call(function.name(), values);
        } catch (Functions.Mistake mistake) {
            see(function.at(), new Command(words).shown());
            throw wrong("error calling " + function.name() + ": " + mistake.getMessage());
        }
    }

    /// `and` and `or`: the first that decides; those after it have no value.
    private Value chosen(List<Operand> given, Value dot, @Nullable Value piped, boolean and) {
        Value value = Value.MISSING;
        for (Operand each : given) {
            value = argument(each, dot, false);
            if (value.isTrue() != and) return value;
        }
        return piped == null ? value : piped;
    }

    private Value argument(Operand operand, Value dot, boolean text) {
        see(operand.at(), operand.shown());
        if (text && operand instanceof Node.Nil) throw wrong("cannot assign nil to string");
        if (text
                && operand instanceof Node.Literal(int ignored, var value, var written)
                && !(value instanceof Value.Text)) throw wrong("expected string; found " + written);
        Value value = operand(operand, dot, true);
        return checked(value, text);
    }

    private Value checked(Value value, boolean text) {
        if (!text || value.bare() instanceof Value.Text) return value;
        if (value.isMissing()) throw wrong("invalid value; expected string");
        throw wrong("wrong type for value; expected string; got " + value.bare().type());
    }
}
