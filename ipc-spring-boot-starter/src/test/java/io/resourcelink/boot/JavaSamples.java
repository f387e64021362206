package io.resourcelink.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;

/**
 * The Java samples of the documentation as classes, compiled in one run.
 *
 * <p>A sample with a file's name is a source file as it is. Every other one becomes the class {@code Line<n>}, with the number of
 * its line, in a package for its page. Its types and methods are members of this class; its statements are the method {@code run}.
 * Three things are added, which a reader has, too: the types that earlier samples of the page declare, and the imports and members
 * that {@code around-samples.md} lists for every page and for this one.
 */
final class JavaSamples {

    private static final String AROUND = "around-samples.md";

    private static final Pattern IMPORT = Pattern.compile("(?m)^import .*;$");

    private static final Pattern SECTION = Pattern.compile("(?ms)^## (.*?)$(.*?)(?=^## |\\z)");

    private final Map<Sample, Unit> units = new LinkedHashMap<>();

    private final Map<String, String> around = new LinkedHashMap<>();

    /** A source file: where the parts of the sample begin in it, and what the compiler says about it. */
    private static final class Unit extends SimpleJavaFileObject {

        private final String name;
        private final Sample sample;
        private final StringBuilder source = new StringBuilder();
        private final List<Integer> beginnings = new ArrayList<>();
        private final List<String> complaints = new ArrayList<>();

        Unit(String name, Sample sample) {
            super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
            this.name = name;
            this.sample = sample;
        }

        /** Adds the sample, or a part of it whose other lines are blank. */
        void addSample(String text) {
            beginnings.add((int) source.chars().filter(c -> c == '\n').count());
            source.append(text);
        }

        void add(Diagnostic<?> diagnostic) {
            long line = diagnostic.getLineNumber() - 1;
            String place = beginnings.stream().filter(first -> first <= line).max(Integer::compare)
                    .map(first -> sample.page() + ":" + (sample.line() + line - first)).orElse(AROUND);
            complaints.add(place + ": " + diagnostic.getMessage(null));
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
        }
    }

    /**
     * Compiles samples.
     *
     * @param samples all that one run is to compile; samples of one page in their order
     * @param classes folder for the classes
     */
    JavaSamples(List<Sample> samples, Path classes) throws IOException {
        try (InputStream file = Objects.requireNonNull(JavaSamples.class.getResourceAsStream(AROUND))) {
            Matcher sections = SECTION.matcher(new String(file.readAllBytes(), StandardCharsets.UTF_8));
            while (sections.find()) {
                around.put(sections.group(1), Sample.of(AROUND, sections.group(2)).getFirst().text());
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            write(samples, compiler, files);
            DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
            StringWriter other = new StringWriter();
            boolean succeeded = compiler.getTask(other, files, diagnostics, List.of("-parameters", "-proc:none",
                    "-Xlint:deprecation,removal", "-cp", System.getProperty("java.class.path"), "-d",
                    classes.toString()), null, units.values()).call();
            for (Diagnostic<? extends JavaFileObject> diagnostic : diagnostics.getDiagnostics()) {
                if (diagnostic.getKind() == Diagnostic.Kind.NOTE) {
                    continue;
                }
                if (diagnostic.getSource() instanceof Unit unit) {
                    unit.add(diagnostic);
                } else {
                    other.append(diagnostic.toString());
                }
            }
            if (!other.toString().isEmpty()
                    || !succeeded && units.values().stream().allMatch(u -> u.complaints.isEmpty())) {
                throw new IllegalStateException("The compiler failed: " + other);
            }
        }
    }

    /**
     * {@return what the compiler says about a sample: errors and deprecated calls, each with its line on the page}
     *
     * @param sample one of those compiled
     */
    List<String> complaints(Sample sample) {
        return Objects.requireNonNull(units.get(sample)).complaints;
    }

    /**
     * {@return the name of the class that has a sample}
     *
     * @param page its page
     * @param part a text that only this sample of the page has
     */
    String className(String page, String part) {
        List<Unit> found = units.values().stream()
                .filter(unit -> unit.sample.page().equals(page) && unit.sample.text().contains(part)).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(found.size() + " samples of " + page + " have: " + part);
        }
        return found.getFirst().name;
    }

    private void write(List<Sample> samples, JavaCompiler compiler, StandardJavaFileManager files) throws IOException {
        List<Unit> asStatements = samples.stream().map(sample -> {
            Unit unit = new Unit("Parsed" + System.identityHashCode(sample), sample);
            unit.source.append("class Parsed { void run() throws Exception {\n").append(body(sample)).append("\n}}");
            return unit;
        }).toList();
        DiagnosticCollector<JavaFileObject> errors = new DiagnosticCollector<>();
        JavacTask task = (JavacTask) compiler.getTask(null, files, errors, List.of("-proc:none"), null, asStatements);
        Map<String, Map<String, String>> types = new LinkedHashMap<>();
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        Map<URI, CompilationUnitTree> trees = new LinkedHashMap<>();
        for (CompilationUnitTree tree : task.parse()) {
            trees.put(tree.getSourceFile().toUri(), tree);
        }
        for (Unit parsed : asStatements) {
            boolean statements = errors.getDiagnostics().stream().noneMatch(error -> error.getSource() == parsed);
            CompilationUnitTree tree = Objects.requireNonNull(trees.get(parsed.toUri()));
            Map<String, String> earlier = types.computeIfAbsent(parsed.sample.page(), _ -> new LinkedHashMap<>());
            units.put(parsed.sample, parsed.sample.file().isEmpty()
                    ? inClass(parsed, statements ? typesOf(tree, positions) : List.of(), statements, earlier)
                    : asItIs(parsed.sample));
        }
    }

    private static Unit asItIs(Sample sample) {
        Unit unit = new Unit(sample.file().replace(".java", ""), sample);
        unit.addSample(sample.text());
        return unit;
    }

    /** Where a declared type begins and ends in the parsed text. */
    private record Span(int from, int to) {}

    private static List<Span> typesOf(CompilationUnitTree tree, SourcePositions positions) {
        ClassTree around = (ClassTree) tree.getTypeDecls().getFirst();
        MethodTree run = around.getMembers().stream().filter(MethodTree.class::isInstance)
                .map(MethodTree.class::cast).findFirst().orElseThrow();
        List<Span> spans = new ArrayList<>();
        for (StatementTree statement : run.getBody().getStatements()) {
            if (statement instanceof ClassTree) {
                spans.add(new Span((int) positions.getStartPosition(tree, statement),
                        (int) positions.getEndPosition(tree, statement)));
            }
        }
        return spans;
    }

    private Unit inClass(Unit parsed, List<Span> declared, boolean statements, Map<String, String> earlier) {
        Sample sample = parsed.sample;
        String prefix = "samples." + sample.page().replace(".md", "").replaceAll("[^\\w]", "_");
        Unit unit = new Unit(prefix + ".Line" + sample.line(), sample);
        unit.source.append("package ").append(prefix).append(";\n");
        String everyPage = around.getOrDefault("every page", "");
        String thisPage = around.getOrDefault(sample.page(), "");
        for (String text : List.of(everyPage, thisPage, sample.text())) {
            IMPORT.matcher(text).results().forEach(found -> unit.source.append(found.group()).append('\n'));
        }
        String members = statements ? kept(parsed.source, declared, true) : body(sample);
        List<String> own = Pattern.compile("(?m)^(?:@.*\\s+)?(?:\\w+ )*(?:class|record|interface|enum) (\\w+)")
                .matcher(members).results().map(found -> found.group(1)).toList();
        earlier.forEach((name, type) -> {
            if (!own.contains(name)) {
                unit.source.append("import ").append(type).append(";\n");
            }
        });
        own.forEach(name -> earlier.put(name, unit.name + "." + name));
        unit.source.append("@SuppressWarnings(\"unused\") public class Line").append(sample.line()).append(" {\n")
                .append(IMPORT.matcher(everyPage).replaceAll("")).append(IMPORT.matcher(thisPage).replaceAll(""));
        unit.addSample(members);
        if (statements) {
            unit.source.append("\npublic void run() throws Exception {\n");
            unit.addSample(kept(parsed.source, declared, false));
            unit.source.append("\n}");
        }
        unit.source.append("\n}\n");
        return unit;
    }

    /** The sample without its imports, line by line. */
    private static String body(Sample sample) {
        return IMPORT.matcher(sample.text()).replaceAll("");
    }

    /** The lines of a sample with its types or with everything else; what is left out is blank. */
    private static String kept(StringBuilder parsed, List<Span> types, boolean wanted) {
        StringBuilder text = new StringBuilder();
        int begin = parsed.indexOf("\n") + 1;
        int end = parsed.lastIndexOf("\n");
        for (int at = begin; at < end; at++) {
            int place = at;
            boolean within = types.stream().anyMatch(type -> type.from <= place && place < type.to);
            char c = parsed.charAt(at);
            text.append(within == wanted || c == '\n' ? c : ' ');
        }
        return text.toString();
    }
}
