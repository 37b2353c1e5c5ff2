package io.mainstay.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in the README compiles as it stands there. */
class ReadmeExampleTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path classes;

  @Test
  void readmeExample_compiles() throws IOException {
    String readme = Files.readString(Path.of(System.getProperty("mainstay.home"), "README.md"));
    Matcher block = JAVA_BLOCK.matcher(readme);
    assertTrue(block.find(), "README.md has no Java example");
    String program = block.group(1);
    assertTrue(program.lines().count() <= 25, "the example shall stay short");

    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    compiler
        .getTask(
            null,
            null,
            problems,
            List.of("-d", classes.toString(), "-Xlint:all,-processing,-path,-classfile", "-Werror"),
            null,
            List.of(new Source(program)))
        .call();

    assertEquals("[]", problems.getDiagnostics().toString());
    assertTrue(Files.exists(classes.resolve("Embed.class")));
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///Embed.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
