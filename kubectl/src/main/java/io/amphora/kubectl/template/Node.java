package io.amphora.kubectl.template;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A template, read.
sealed interface Node {
    /// What it does when its turn comes.
    sealed interface Statement extends Node {}

    /// What has a value.
    sealed interface Operand extends Node {
        int at();

        /// As messages show it.
        String shown();
    }

    record Text(String text) implements Statement {}

    record Action(Pipeline pipeline) implements Statement {}

    record If(Pipeline pipeline, List<Statement> body, List<Statement> otherwise) implements Statement {}

    record With(Pipeline pipeline, List<Statement> body, List<Statement> otherwise) implements Statement {}

    record Range(Pipeline pipeline, List<Statement> body, List<Statement> otherwise) implements Statement {}

    record Break() implements Statement {}

    record Continue() implements Statement {}

    /// `{{template "name" pipeline}}`.
    record Call(int at, String name, @Nullable Pipeline pipeline) implements Statement {
        String shown() {
            return "{{template " + Quoting.quoted(name) + (pipeline == null ? "" : " " + pipeline.shown()) + "}}";
        }
    }

    /// @param variables that the value is given to
    /// @param assigns whether these are there already
    record Pipeline(int at, List<String> variables, boolean assigns, List<Command> commands) implements Operand {
        @Override
        public String shown() {
            String given = variables.isEmpty() ? "" : String.join(", ", variables) + (assigns ? " = " : " := ");
            return given + commands.stream().map(Command::shown).collect(Collectors.joining(" | "));
        }
    }

    record Command(List<Operand> words) {
        String shown() {
            return words.stream()
                    .map(word -> word instanceof Pipeline ? "(" + word.shown() + ")" : word.shown())
                    .collect(Collectors.joining(" "));
        }
    }

    record Field(int at, List<String> names) implements Operand {
        @Override
        public String shown() {
            return "." + String.join(".", names);
        }
    }

    record Variable(int at, String name, List<String> fields) implements Operand {
        @Override
        public String shown() {
            return fields.isEmpty() ? name : name + "." + String.join(".", fields);
        }
    }

    record Identifier(int at, String name) implements Operand {
        @Override
        public String shown() {
            return name;
        }
    }

    /// Fields of what is no field itself: `(…).a.b`.
    record Chain(int at, Operand of, List<String> names) implements Operand {
        @Override
        public String shown() {
            String inner = of instanceof Pipeline ? "(" + of.shown() + ")" : of.shown();
            return inner + "." + String.join(".", names);
        }
    }

    record Dot(int at) implements Operand {
        @Override
        public String shown() {
            return ".";
        }
    }

    record Nil(int at) implements Operand {
        @Override
        public String shown() {
            return "nil";
        }
    }

    /// A constant.
    ///
    /// @param shown as it was written
    record Literal(int at, Value value, String shown) implements Operand {}
}
