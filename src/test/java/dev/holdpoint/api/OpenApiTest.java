package dev.holdpoint.api;

import static dev.holdpoint.testing.Api.chatUntilInterrupt;
import static dev.holdpoint.testing.Api.decide;
import static dev.holdpoint.testing.Api.events;
import static dev.holdpoint.testing.Api.exec;
import static dev.holdpoint.testing.Api.get;
import static dev.holdpoint.testing.Api.post;
import static dev.holdpoint.testing.Api.shell;
import static dev.holdpoint.testing.Api.thread;
import static dev.holdpoint.testing.Api.tree;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.holdpoint.agent.Refused;
import dev.holdpoint.event.Failure;
import dev.holdpoint.event.Outcome;
import dev.holdpoint.event.ToolCall;
import dev.holdpoint.testing.Answer;
import dev.holdpoint.testing.Api;
import dev.holdpoint.testing.ScriptedEndpoint;
import dev.holdpoint.testing.ServiceUnderTest;
import dev.holdpoint.testing.SseClient;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written down about the API is what it does, in both directions. */
@QuarkusTest
@WithTestResource(ServiceUnderTest.class)
class OpenApiTest {

    private static final List<Class<?>> RESOURCES = List.of(
            SessionResource.class,
            ChatResource.class,
            ThreadResource.class,
            HistoryResource.class,
            WorkspaceResource.class,
            ProcessesResource.class,
            FilesResource.class,
            ChangesResource.class,
            StatusResource.class,
            AgUiResource.class);

    /** Of {@link PortProxy}, which isn't a resource. */
    private static final List<String> PORTS = Stream.of("delete", "get", "head", "options", "patch", "post", "put")
            .map(method -> method + " /api/threads/{id}/ports/{port}/{path}")
            .toList();

    private final ScriptedEndpoint model = ServiceUnderTest.model();
    private JsonNode document = JsonNodeFactory.instance.objectNode();

    @BeforeEach
    void read() {
        model.reset();
        document = tree(get("/q/openapi?format=json"));
    }

    private Set<String> described() {
        Set<String> calls = new TreeSet<>();
        document.path("paths")
                .propertyStream()
                .forEach(path -> path.getValue()
                        .propertyStream()
                        .filter(o -> o.getValue().has("responses"))
                        .forEach(o -> calls.add(o.getKey() + " " + path.getKey())));
        return calls;
    }

    private static Set<String> implemented() {
        Set<String> calls = new TreeSet<>();
        for (Class<?> resource : RESOURCES) {
            String base = resource.getAnnotation(Path.class).value();
            for (Method method : resource.getDeclaredMethods()) {
                Path path = method.getAnnotation(Path.class);
                verb(method).forEach(v -> calls.add(v + " " + base + (path == null ? "" : path.value())));
            }
        }
        return calls;
    }

    private static Stream<String> verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> type.getAnnotation(HttpMethod.class).value().toLowerCase(Locale.ROOT));
    }

    private Set<String> enumeration(String schema) {
        return texts(document.at("/components/schemas/" + schema + "/enum"));
    }

    private static Set<String> texts(JsonNode array) {
        return new HashSet<>(array.valueStream().map(JsonNode::asText).toList());
    }

    private static Stream<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(c -> c.name().toLowerCase(Locale.ROOT));
    }

    /** Checks against a schema that allows nothing but what it describes. */
    private void assertFits(String schema, JsonNode value) {
        ObjectNode root = document.deepCopy();
        closeObjects(root.path("components").path("schemas"));
        root.put("$ref", "#/components/schemas/" + schema);
        var problems = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(root)
                .validate(value);
        assertThat(problems).as("%s as %s", value, schema).isEmpty();
    }

    private static void closeObjects(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("properties").isObject()
                && object.path("type").isTextual()) {
            object.put("additionalProperties", false);
        }
        node.forEach(OpenApiTest::closeObjects);
    }

    @Test
    void every_call_is_described_and_nothing_else() {
        Set<String> calls = implemented();
        calls.addAll(PORTS);
        assertThat(described()).isEqualTo(calls).hasSizeGreaterThan(12);
    }

    @Test
    void every_call_with_a_json_body_names_its_fields() {
        List<String> without = new ArrayList<>();
        document.path("paths")
                .propertyStream()
                .forEach(path -> path.getValue()
                        .propertyStream()
                        .filter(o -> Set.of("post", "patch").contains(o.getKey()))
                        .filter(o -> !path.getKey().endsWith("/cancel"))
                        .filter(o -> !path.getKey().endsWith("/import"))
                        .filter(o -> !path.getKey().endsWith("/ports/{port}/{path}"))
                        .filter(o -> !path.getKey().endsWith("/files"))
                        .filter(o -> o.getValue()
                                .at("/requestBody/content/application~1json/schema/$ref")
                                .asText()
                                .isEmpty())
                        .forEach(o -> without.add(o.getKey() + " " + path.getKey())));

        assertThat(without).isEmpty();
        assertThat(document.at("/components/schemas/ChatRequest/properties").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("message", "mode");
    }

    @Test
    void every_call_says_how_it_fails() {
        document.path("paths")
                .propertyStream()
                .forEach(path -> path.getValue()
                        .propertyStream()
                        .filter(o -> o.getValue().has("responses"))
                        .forEach(o -> assertThat(o.getValue().path("responses").fieldNames())
                                .toIterable()
                                .as(path.getKey())
                                .contains("401", path.getKey().equals("/api/status") ? "200" : "503")));
        document.path("components").path("responses").forEach(response -> {
            if (response.at("/content/application~1problem+json").isObject()) {
                assertThat(response.at("/content/application~1problem+json/schema/$ref")
                                .asText())
                        .endsWith("/Problem");
            }
        });
    }

    @Test
    void every_code_is_described() {
        assertThat(texts(document.at("/components/schemas/Problem/properties/code/enum")))
                .containsAll(names(Refused.Code.values()).toList());
        assertThat(enumeration("RunErrorCode"))
                .containsAll(names(Failure.Code.values()).toList());
        assertThat(enumeration("Outcome"))
                .containsExactlyInAnyOrderElementsOf(names(Outcome.values()).toList());
    }

    @Test
    void every_event_of_a_turn_fits_its_description() {
        String thread = thread();
        shell(thread, "echo old > f");
        model.enqueue(
                Answer.calls(
                                new ToolCall(
                                        "c1",
                                        "write_todos",
                                        "{\"todos\":[{\"content\":\"a\",\"status\":\"pending\"}]}"),
                                new ToolCall("c2", "execute", "{\"command\":\"seq 1 3\"}"),
                                new ToolCall(
                                        "c3", "write_file", "{\"file_path\":\"/workspace/f\",\"content\":\"new\"}"))
                        .reasoning("Let me see."),
                Answer.text("done"),
                Answer.status(400, "{}"));
        SseClient first = chatUntilInterrupt(thread, "go");
        assertFits("Thread", Api.state(thread));
        decide(
                thread,
                Api.interrupts(thread).getFirst().path("id").asText(),
                "edit",
                ",\"args\":{\"command\":\"seq 1 3\"}");
        decide(thread, "approve");
        first.awaitEnd();
        SseClient second = Api.chat(thread, "again").awaitEnd();
        SseClient lost = events(thread, "?follow=false", "garbage").awaitEnd();

        Set<String> seen = new TreeSet<>();
        for (SseClient stream : List.of(first, second, lost)) {
            stream.frames().forEach(frame -> {
                assertFits("Event", frame.data());
                seen.add(frame.event());
            });
        }

        Set<String> known = new TreeSet<>();
        document.at("/components/schemas/Event/oneOf").forEach(ref -> {
            String pointer = ref.path("$ref").asText().substring(1);
            known.add(document.at(pointer + "/properties/type/const").asText());
        });
        assertThat(seen).isEqualTo(known);
    }

    @Test
    void the_answers_fit_their_descriptions() {
        String thread = thread();
        String path = "/api/threads/" + thread;
        model.enqueue(Answer.call("ls", "{\"path\":\"/workspace\"}").reasoning("hm"), Answer.text("done"));
        Api.chat(thread, "look").awaitEnd();
        shell(thread, "mkdir d; touch f");

        assertFits("Status", tree(get("/api/status")));
        assertFits("Session", tree(post("/api/sessions", "")));
        assertFits("Thread", tree(get(path)));
        assertFits("ThreadPage", tree(get("/api/threads?limit=3")));
        assertFits("Conversation", tree(get(path + "/messages")));
        assertFits("ExecResult", tree(exec(thread, "exit 3")));
        assertFits("ExecResult", tree(post(path + "/exec", "{\"command\":\"sleep 9\",\"timeout_s\":1}")));
        JsonNode started = Api.read(post(path + "/exec", "{\"command\":\"echo up; sleep 60\",\"background\":true}")
                .asString());
        assertFits("StartedProcess", started);
        assertFits("ProcessList", tree(get(path + "/processes")));
        assertFits("Process", tree(get(path + "/processes/" + started.path("id").asText())));
        assertFits("Listing", tree(get(path + "/files")));
        assertFits("Changes", tree(get(path + "/changes")));
        model.enqueue(
                Answer.call("execute", "{\"command\":\"echo > new; printf '\\\\377' > binary\"}"), Answer.text("done"));
        SseClient stream = chatUntilInterrupt(thread, "change");
        decide(thread, "approve");
        stream.awaitEnd();
        JsonNode changes = tree(get(path + "/changes"));
        assertThat(changes.path("files")).hasSize(2);
        assertFits("Changes", changes);
        assertFits("Thread", tree(post(path + "/fork", "{\"at\":1}")));
        get(path + "/export").asString().lines().forEach(line -> assertFits("JournalLine", Api.read(line)));
        assertFits("Problem", Api.read(get("/api/threads/none").asString()));
        assertFits("Problem", Api.read(post("/api/sessions", "{\"x\":1}").asString()));
        assertFits("Problem", Api.read(given().delete("/api/sessions").asString()));
    }
}
