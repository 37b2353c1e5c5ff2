package io.mainstay.runtime.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version and the commit that were built, from a file that the build fills. */
public final class Version implements IVersionProvider {
  private static final String FILE = "/io/mainstay/runtime/version.properties";

  @Override
  public String[] getVersion() {
    return new String[] {"mainstay " + version()};
  }

  /** Such as {@code 0.1.0-SNAPSHOT}. */
  public static String version() {
    try (InputStream in = Version.class.getResourceAsStream(FILE)) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new IllegalStateException("The build has no readable " + FILE, e);
    }
  }
}
