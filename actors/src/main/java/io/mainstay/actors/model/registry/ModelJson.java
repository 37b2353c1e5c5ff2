package io.mainstay.actors.model.registry;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A JSON file beside a model's graphs: read whole if it is small, a regular file, and inside the
 * model's directory. Its fields are asked for with their bounds.
 */
final class ModelJson {
  private final Path file;
  private final Config config;

  private ModelJson(Path file, Config config) {
    this.file = file;
    this.config = config;
  }

  /**
   * Reads one.
   *
   * @param name path below the directory
   * @param bytesMax longest that is read
   */
  static ModelJson read(Path directory, String name, long bytesMax) throws ModelProblemException {
    Path file = present(directory, name);
    try {
      if (Files.size(file) > bytesMax) {
        throw new ModelProblemException(
            ModelFaultCode.MODEL_MANIFEST_INVALID,
            file + " has " + Files.size(file) + " bytes; at most " + bytesMax,
            "Shorten it, or raise mainstay.model.manifest-max");
      }
      return new ModelJson(
          file,
          ConfigFactory.parseString(
              Files.readString(file),
              ConfigParseOptions.defaults()
                  .setSyntax(ConfigSyntax.JSON)
                  .setIncluder(new NoIncludes())));
    } catch (IOException unreadable) {
      throw new ModelProblemException(
          ModelFaultCode.MODEL_FILE_UNREADABLE,
          file + " cannot be read: " + unreadable,
          "Write it as UTF-8 text that the node's user may read");
    } catch (ConfigException wrong) {
      throw new ModelProblemException(
          ModelFaultCode.MODEL_MANIFEST_INVALID,
          file + " is no JSON object: " + wrong.getMessage(),
          "Copy the file again from where the model came from");
    }
  }

  /** The path of a file that the kind of model needs; it is there, and inside the directory. */
  static Path present(Path directory, String name) throws ModelProblemException {
    Path file = directory.resolve(name);
    try {
      if (!Files.exists(file)) {
        throw new ModelProblemException(
            ModelFaultCode.MODEL_COMPONENT_MISSING,
            "the component " + name + " is not there: no file " + file,
            "Copy the file from where the model came from");
      }
      if (!file.toRealPath().startsWith(directory.toRealPath())) {
        throw new ModelProblemException(
            ModelFaultCode.MODEL_FILE_OUTSIDE,
            file + " is a link to " + file.toRealPath() + ", outside its model's directory",
            "Replace the link by the file itself");
      }
      if (!Files.isRegularFile(file)) {
        throw new ModelProblemException(
            ModelFaultCode.MODEL_FILE_UNREADABLE,
            file + " is no regular file",
            "Copy the file again from where the model came from");
      }
      return file.toAbsolutePath();
    } catch (IOException unreadable) {
      throw new ModelProblemException(
          ModelFaultCode.MODEL_FILE_UNREADABLE,
          file + " cannot be read: " + unreadable,
          "Check the disk, then copy the file again");
    }
  }

  boolean has(String field) {
    return config.hasPath(field);
  }

  /** A whole number in those bounds. */
  int integer(String field, int least, int most) throws ModelProblemException {
    try {
      int value = config.getInt(field);
      if (value < least || value > most) {
        throw invalid(field, field + " is " + value + "; it must be from " + least + " to " + most);
      }
      return value;
    } catch (ConfigException wrong) {
      throw invalid(field, wrong.getMessage());
    }
  }

  /** A finite number above zero, or the default where the field is absent. */
  double positive(String field, double otherwise) throws ModelProblemException {
    try {
      double value = config.hasPath(field) ? config.getDouble(field) : otherwise;
      if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
        throw invalid(field, field + " is " + value + "; it must be above 0 and finite");
      }
      return value;
    } catch (ConfigException wrong) {
      throw invalid(field, wrong.getMessage());
    }
  }

  /** How many elements a list has, at most that many. */
  int elements(String field, int most) throws ModelProblemException {
    try {
      int count = config.getList(field).size();
      if (count < 1 || count > most) {
        throw invalid(field, field + " has " + count + " elements; it must have 1 to " + most);
      }
      return count;
    } catch (ConfigException wrong) {
      throw invalid(field, wrong.getMessage());
    }
  }

  private ModelProblemException invalid(String field, String cause) {
    return new ModelProblemException(
        ModelFaultCode.MODEL_MANIFEST_INVALID,
        file + ": " + cause,
        "Correct " + field + ", or copy the file again from where the model came from");
  }
}
