package io.mainstay.protocol.golden;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The messages of the schema file, as far as golden frames need them. */
final class SchemaMessages {
  static final Path SCHEMA = Path.of("src/main/sbe/mainstay-worker.xml");

  enum Kind {
    FIELD,
    ARRAY,
    GROUP,
    TEXT,
    BYTES
  }

  /**
   * One member of a message or group; {@code arrayLength} of arrays, {@code members} of groups,
   * {@code since} the version that added it.
   */
  record Member(String name, Kind kind, int arrayLength, List<Member> members, int since) {}

  /** Messages that the version has, by name, with the members that it has. */
  static Map<String, List<Member>> read(int version) {
    Map<String, List<Member>> messages = new LinkedHashMap<>();
    for (Element message : children(root())) {
      if (message.getTagName().equals("sbe:message") && since(message) <= version) {
        messages.put(message.getAttribute("name"), members(message, arrays(root()), version));
      }
    }
    return messages;
  }

  private SchemaMessages() {}

  private static Element root() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(SCHEMA.toFile())
          .getDocumentElement();
    } catch (Exception e) {
      throw new IllegalStateException("Schema " + SCHEMA + " cannot be read", e);
    }
  }

  private static int since(Element element) {
    String since = element.getAttribute("sinceVersion");
    return since.isEmpty() ? 0 : Integer.parseInt(since);
  }

  private static Map<String, Integer> arrays(Element root) {
    Map<String, Integer> arrays = new LinkedHashMap<>();
    var types = root.getElementsByTagName("type");
    for (int i = 0; i < types.getLength(); i++) {
      Element type = (Element) types.item(i);
      if (type.hasAttribute("length") && !type.getAttribute("length").equals("0")) {
        arrays.put(type.getAttribute("name"), Integer.parseInt(type.getAttribute("length")));
      }
    }
    return arrays;
  }

  private static List<Member> members(Element parent, Map<String, Integer> arrays, int version) {
    List<Member> members = new ArrayList<>();
    for (Element child : children(parent)) {
      if (since(child) <= version) {
        members.add(member(child, arrays, version));
      }
    }
    return members;
  }

  private static Member member(Element child, Map<String, Integer> arrays, int version) {
    String name = child.getAttribute("name");
    String type = child.getAttribute("type");
    int since = since(child);
    return switch (child.getTagName()) {
      case "group" -> new Member(name, Kind.GROUP, 0, members(child, arrays, version), since);
      case "data" ->
          new Member(
              name, type.equals("varStringEncoding") ? Kind.TEXT : Kind.BYTES, 0, List.of(), since);
      default ->
          arrays.containsKey(type)
              ? new Member(name, Kind.ARRAY, arrays.get(type), List.of(), since)
              : new Member(name, Kind.FIELD, 0, List.of(), since);
    };
  }

  private static List<Element> children(Element parent) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }
}
