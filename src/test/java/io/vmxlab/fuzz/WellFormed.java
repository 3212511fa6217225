package io.vmxlab.fuzz;

import java.io.IOException;
import java.io.StringReader;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

/** What other programs read has to be what it claims to be. */
public final class WellFormed {
  private static final ObjectMapper JSON = new ObjectMapper();

  private WellFormed() {}

  /** Throws {@link IllegalStateException} if the text is no JSON. */
  public static void json(String text) {
    try {
      JSON.readTree(text);
    } catch (JacksonException e) {
      throw new IllegalStateException("malformed JSON", e);
    }
  }

  /** Throws {@link IllegalStateException} if the text is no XML. */
  public static void xml(String text) {
    try {
      DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      builder.setErrorHandler(null);
      builder.parse(new InputSource(new StringReader(text)));
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new IllegalStateException("malformed XML", e);
    }
  }
}
