package io.amphora.kubectl.template;

import io.amphora.kubectl.template.Node.Command;
import io.amphora.kubectl.template.Node.Operand;
import io.amphora.kubectl.template.Node.Pipeline;
import io.amphora.kubectl.template.Node.Statement;
import io.amphora.kubectl.template.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the tokens of a template.
final class Parser {
    private static final Set<Kind> OPERANDS = Set.of(
            Kind.BOOL,
            Kind.CHARACTER,
            Kind.DOT,
            Kind.FIELD,
            Kind.IDENTIFIER,
            Kind.NUMBER,
            Kind.NIL,
            Kind.RAW_STRING,
            Kind.STRING,
            Kind.VARIABLE,
            Kind.LEFT_PAREN);

    private final String name;
    private final List<Token> tokens;
    private final Map<String, List<Statement>> defined = new LinkedHashMap<>();
    private List<String> variables = new ArrayList<>(List.of("$"));
    private int next;
    private int furthest;
    private int actionLine;
    private int ranges;
    private int depth;

    private Parser(String name, String text) {
        this.name = name;
        this.tokens = Lexer.tokens(text);
    }

    /// A list of statements, and what ended it.
    private record Body(List<Statement> statements, Token end) {}

    /// @return the template and those that it defines, by name
    static Map<String, List<Statement>> parse(String name, String text) {
        var parser = new Parser(name, text);
        parser.add(name, parser.main());
        return parser.defined;
    }

    /// What is empty may be defined once more.
    private void add(String called, List<Statement> template) {
        List<Statement> before = defined.getOrDefault(called, List.of());
        if (!isEmpty(before) && !isEmpty(template))
            throw wrong("template: multiple definition of template " + Quoting.quoted(called));
        if (isEmpty(before)) defined.put(called, template);
    }

    private static boolean isEmpty(List<Statement> statements) {
        return statements.stream().allMatch(each -> each instanceof Node.Text(var text) && text.isBlank());
    }

    private List<Statement> main() {
        var statements = new ArrayList<Statement>();
        while (!peek().is(Kind.EOF)) {
            int before = next;
            if (next().is(Kind.LEFT) && nextWord().is(Kind.DEFINE)) {
                define();
                continue;
            }
            next = before;
            Body body = statement(statements);
            if (body != null) throw wrong("unexpected {{" + body.end().text() + "}}");
        }
        return statements;
    }

    // Tokens

    private Token next() {
        Token token = tokens.get(Math.min(next, tokens.size() - 1));
        furthest = Math.max(furthest, Math.min(next, tokens.size() - 1));
        next++;
        return token;
    }

    private Token peek() {
        Token token = next();
        next--;
        return token;
    }

    /// The next that is no space.
    private Token nextWord() {
        Token token = next();
        while (token.is(Kind.SPACE)) token = next();
        return token;
    }

    private Token peekWord() {
        while (peek().is(Kind.SPACE)) next();
        return peek();
    }

    private Token expect(Kind kind, String context) {
        Token token = nextWord();
        if (!token.is(kind)) throw unexpected(token, context);
        return token;
    }

    private TemplateException wrong(String why) {
        return new TemplateException(
                "template: " + name + ":" + tokens.get(furthest).line() + ": " + why);
    }

    private TemplateException unexpected(Token token, String context) {
        if (!token.is(Kind.ERROR)) return wrong("unexpected " + token.shown() + " in " + context);
        String extra = "";
        if (actionLine != 0 && actionLine != token.line()) {
            extra = " in action started at " + name + ":" + actionLine;
            if (token.text().endsWith(" action")) extra = extra.substring(" in action".length());
        }
        return wrong(token.text() + extra);
    }

    // Statements

    /// Reads one.
    ///
    /// @return null, or what ended the list instead: `{{end}}`, `{{else}}`
    private @org.jspecify.annotations.Nullable Body statement(List<Statement> into) {
        Token token = nextWord();
        if (token.is(Kind.TEXT)) {
            into.add(new Node.Text(token.text()));
            return null;
        }
        if (!token.is(Kind.LEFT)) throw unexpected(token, "input");
        actionLine = token.line();
        try {
            return action(into);
        } finally {
            if (actionLine == token.line()) actionLine = 0;
        }
    }

    private @org.jspecify.annotations.Nullable Body action(List<Statement> into) {
        Token token = nextWord();
        switch (token.kind()) {
            case BLOCK -> into.add(block());
            case BREAK, CONTINUE -> {
                String shown = "{{" + token.text() + "}}";
                Token end = nextWord();
                if (!end.is(Kind.RIGHT)) throw unexpected(end, shown);
                if (ranges == 0) throw wrong(shown + " outside {{range}}");
                into.add(token.is(Kind.BREAK) ? new Node.Break() : new Node.Continue());
            }
            case ELSE -> {
                Kind following = peekWord().kind();
                if (following != Kind.IF && following != Kind.WITH) expect(Kind.RIGHT, "else");
                return new Body(into, token);
            }
            case END -> {
                expect(Kind.RIGHT, "end");
                return new Body(into, token);
            }
            case IF, WITH, RANGE -> into.add(branch(token));
            case TEMPLATE -> into.add(call());
            default -> {
                next--;
                into.add(new Node.Action(pipeline("command", Kind.RIGHT)));
            }
        }
        return null;
    }

    /// The statements up to `{{end}}` or `{{else}}`.
    private Body body() {
        if (++depth > 1000) throw wrong("max expression depth exceeded");
        var statements = new ArrayList<Statement>();
        while (!peekWord().is(Kind.EOF)) {
            Body body = statement(statements);
            if (body == null) continue;
            depth--;
            return body;
        }
        throw wrong("unexpected EOF");
    }

    private Statement branch(Token word) {
        int known = variables.size();
        Pipeline pipeline = pipeline(word.text(), Kind.RIGHT);
        if (word.is(Kind.RANGE)) ranges++;
        Body body = body();
        if (word.is(Kind.RANGE)) ranges--;
        List<Statement> otherwise = body.end().is(Kind.ELSE) ? otherwise(word) : List.of();
        variables.subList(known, variables.size()).clear();
        return switch (word.kind()) {
            case IF -> new Node.If(pipeline, body.statements(), otherwise);
            case WITH -> new Node.With(pipeline, body.statements(), otherwise);
            default -> new Node.Range(pipeline, body.statements(), otherwise);
        };
    }

    private List<Statement> otherwise(Token word) {
        Token following = peek();
        boolean chained = following.is(word.kind()) && !word.is(Kind.RANGE);
        if (chained) {
            next();
            return List.of(branch(following));
        }
        Body body = body();
        if (!body.end().is(Kind.END)) throw wrong("expected end; found {{else}}");
        return body.statements();
    }

    private void define() {
        String called = templateName("define clause");
        expect(Kind.RIGHT, "define clause");
        add(called, definition("define clause"));
    }

    private Statement block() {
        Token word = peekWord();
        String called = templateName("block clause");
        Pipeline pipeline = pipeline("block clause", Kind.RIGHT);
        add(called, definition("block clause"));
        return new Node.Call(word.at(), called, pipeline);
    }

    /// A template of its own, which sees no variables and no loops of this one.
    private List<Statement> definition(String context) {
        List<String> outer = variables;
        int outerRanges = ranges;
        variables = new ArrayList<>(List.of("$"));
        ranges = 0;
        Body body = body();
        if (!body.end().is(Kind.END)) throw wrong("unexpected {{else}} in " + context);
        variables = outer;
        ranges = outerRanges;
        return body.statements();
    }

    private Statement call() {
        Token word = peekWord();
        String called = templateName("template clause");
        if (nextWord().is(Kind.RIGHT)) return new Node.Call(word.at(), called, null);
        next--;
        return new Node.Call(word.at(), called, pipeline("template clause", Kind.RIGHT));
    }

    private String templateName(String context) {
        Token token = nextWord();
        if (!token.is(Kind.STRING) && !token.is(Kind.RAW_STRING)) throw unexpected(token, context);
        return unquoted(token);
    }

    private String unquoted(Token token) {
        return Quoting.unquoted(token.text(), () -> wrong("invalid syntax"));
    }

    // Values

    private Pipeline pipeline(String context, Kind end) {
        if (++depth > 1000) throw wrong("max expression depth exceeded");
        int at = peekWord().at();
        var given = new ArrayList<String>();
        boolean assigns = declarations(context, given);
        var commands = new ArrayList<Command>();
        while (true) {
            Token token = nextWord();
            if (token.is(end)) break;
            if (!OPERANDS.contains(token.kind())) throw unexpected(token, context);
            next--;
            commands.add(command());
        }
        if (commands.isEmpty()) throw wrong("missing value for " + context);
        for (int i = 1; i < commands.size(); i++) {
            Operand first = commands.get(i).words().getFirst();
            if (first instanceof Node.Literal || first instanceof Node.Dot || first instanceof Node.Nil)
                throw wrong("non executable command in pipeline stage " + (i + 1));
        }
        depth--;
        return new Pipeline(at, given, assigns, commands);
    }

    /// `$x :=`, `$x =`, `$i, $x :=`.
    ///
    /// @return whether the variables are there already
    private boolean declarations(String context, List<String> given) {
        while (peekWord().is(Kind.VARIABLE)) {
            int before = next;
            Token variable = next();
            Token sign = nextWord();
            if (sign.is(Kind.ASSIGN) || sign.is(Kind.DECLARE)) {
                given.add(variable.text());
                variables.add(variable.text());
                return sign.is(Kind.ASSIGN);
            }
            if (!sign.is(Kind.CHAR) || !sign.text().equals(",")) {
                next = before;
                return false;
            }
            given.add(variable.text());
            variables.add(variable.text());
            if (!context.equals("range") || given.size() > 1) throw wrong("too many declarations in " + context);
            Kind following = peekWord().kind();
            if (following != Kind.VARIABLE && following != Kind.RIGHT && following != Kind.RIGHT_PAREN)
                throw wrong("range can only initialize variables");
        }
        return false;
    }

    private Command command() {
        var words = new ArrayList<Operand>();
        while (true) {
            peekWord();
            if (OPERANDS.contains(peek().kind())) words.add(operand());
            Token token = next();
            if (token.is(Kind.SPACE)) continue;
            if (token.is(Kind.RIGHT) || token.is(Kind.RIGHT_PAREN)) next--;
            else if (!token.is(Kind.PIPE)) throw unexpected(token, "operand");
            break;
        }
        if (words.isEmpty()) throw wrong("empty command");
        return new Command(words);
    }

    private Operand operand() {
        Operand term = term();
        if (!peek().is(Kind.FIELD)) return term;
        int at = peek().at();
        var names = new ArrayList<String>();
        while (peek().is(Kind.FIELD)) names.add(next().text().substring(1));
        return switch (term) {
            case Node.Field(int ignored, var first) -> new Node.Field(at, joined(first, names));
            case Node.Variable(int ignored, var variable, var fields) ->
                new Node.Variable(at, variable, joined(fields, names));
            case Node.Literal literal -> throw wrong("unexpected . after term " + Quoting.quoted(literal.shown()));
            case Node.Nil nil -> throw wrong("unexpected . after term " + Quoting.quoted(nil.shown()));
            case Node.Dot dot -> throw wrong("unexpected . after term " + Quoting.quoted(dot.shown()));
            default -> new Node.Chain(at, term, names);
        };
    }

    private static List<String> joined(List<String> first, List<String> rest) {
        var all = new ArrayList<>(first);
        all.addAll(rest);
        return List.copyOf(all);
    }

    private Operand term() {
        Token token = nextWord();
        String text = token.text();
        return switch (token.kind()) {
            case IDENTIFIER -> {
                if (!Functions.isFunction(text)) throw wrong("function " + Quoting.quoted(text) + " not defined");
                yield new Node.Identifier(token.at(), text);
            }
            case DOT -> new Node.Dot(token.at());
            case NIL -> new Node.Nil(token.at());
            case VARIABLE -> {
                if (!variables.contains(text)) throw wrong("undefined variable " + Quoting.quoted(text));
                yield new Node.Variable(token.at(), text, List.of());
            }
            case FIELD -> new Node.Field(token.at(), List.of(text.substring(1)));
            case BOOL -> new Node.Literal(token.at(), new Value.Bool(text.equals("true")), text);
            case STRING, RAW_STRING -> new Node.Literal(token.at(), new Value.Text(unquoted(token)), text);
            case CHARACTER -> new Node.Literal(token.at(), character(token), text);
            case NUMBER -> new Node.Literal(token.at(), number(token), text);
            case LEFT_PAREN -> pipeline("parenthesized pipeline", Kind.RIGHT_PAREN);
            default -> throw unexpected(token, "operand");
        };
    }

    private Value character(Token token) {
        String letters = unquoted(token);
        if (letters.isEmpty()) throw wrong("invalid syntax");
        if (Bytes.rune(letters, 0).size() != letters.length())
            throw wrong("malformed character constant: " + token.text());
        return new Value.Whole(Bytes.rune(letters, 0).value());
    }

    private Value number(Token token) {
        boolean digits = token.text().matches("[+-]?[0-9]+(_[0-9]+)*");
        String why = digits ? "integer overflow: " : "illegal number syntax: ";
        return Numbers.read(token.text(), () -> wrong(why + Quoting.quoted(token.text())));
    }
}
