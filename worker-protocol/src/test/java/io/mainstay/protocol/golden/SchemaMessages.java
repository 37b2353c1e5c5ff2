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

  /** One member of a message or group; {@code arrayLength} of arrays, {@code members} of groups. */
  record Member(String name, Kind kind, int arrayLength, List<Member> members) {}

  private SchemaMessages() {}

  /** Message name to members, in schema order. */
  static Map<String, List<Member>> read() {
    try {
      Element root =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(SCHEMA.toFile())
              .getDocumentElement();
      Map<String, Integer> arrays = new LinkedHashMap<>();
      var types = root.getElementsByTagName("type");
      for (int i = 0; i < types.getLength(); i++) {
        Element type = (Element) types.item(i);
        if (type.hasAttribute("length") && !type.getAttribute("length").equals("0")) {
          arrays.put(type.getAttribute("name"), Integer.parseInt(type.getAttribute("length")));
        }
      }
      Map<String, List<Member>> messages = new LinkedHashMap<>();
      for (Element message : children(root)) {
        if (message.getTagName().equals("sbe:message")) {
          messages.put(message.getAttribute("name"), members(message, arrays));
        }
      }
      return messages;
    } catch (Exception e) {
      throw new IllegalStateException("Schema " + SCHEMA + " cannot be read", e);
    }
  }

  private static List<Member> members(Element parent, Map<String, Integer> arrays) {
    List<Member> members = new ArrayList<>();
    for (Element child : children(parent)) {
      String name = child.getAttribute("name");
      String type = child.getAttribute("type");
      members.add(
          switch (child.getTagName()) {
            case "group" -> new Member(name, Kind.GROUP, 0, members(child, arrays));
            case "data" ->
                new Member(
                    name, type.equals("varStringEncoding") ? Kind.TEXT : Kind.BYTES, 0, List.of());
            default ->
                arrays.containsKey(type)
                    ? new Member(name, Kind.ARRAY, arrays.get(type), List.of())
                    : new Member(name, Kind.FIELD, 0, List.of());
          });
    }
    return members;
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
