package dev.holdpoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.holdpoint.event.Event;
import dev.holdpoint.event.Summary;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A native executable keeps what is only reached by reflection if it is told of it, so it must be told of all. */
class NativeMetadataTest {

    private static final String METADATA = "/META-INF/native-image/dev.holdpoint/holdpoint/reachability-metadata.json";

    @Test
    void every_event_and_what_it_holds_is_registered() {
        Set<Class<?>> reached = new LinkedHashSet<>();
        reach(Event.class, reached);
        reach(Summary.class, reached);

        RegisterForReflection registered =
                Objects.requireNonNull(NativeEvents.class.getAnnotation(RegisterForReflection.class));
        assertThat(registered.targets()).containsExactlyInAnyOrderElementsOf(reached);
    }

    private static void reach(Type type, Set<Class<?>> reached) {
        if (type instanceof ParameterizedType generic) {
            List.of(generic.getActualTypeArguments()).forEach(argument -> reach(argument, reached));
        }
        if (type instanceof Class<?> c && c.getName().startsWith("dev.holdpoint.") && reached.add(c)) {
            if (c.isSealed()) {
                Arrays.stream(c.getPermittedSubclasses()).forEach(s -> reach(s, reached));
            }
            if (c.isRecord()) {
                Arrays.stream(c.getRecordComponents())
                        .map(RecordComponent::getGenericType)
                        .forEach(t -> reach(t, reached));
            }
        }
    }

    @Test
    void every_class_of_docker_java_that_is_json_is_registered() throws IOException {
        Set<String> wanted = new TreeSet<>();
        for (JavaClass c : new ClassFileImporter()
                .importPackages(
                        "com.github.dockerjava.api.model",
                        "com.github.dockerjava.api.command",
                        "com.github.dockerjava.core.command")) {
            if (!c.isAnonymousClass() && !c.getSimpleName().equals("package-info")) {
                wanted.add(c.getName());
            }
        }

        assertThat(registeredTypes()).as("run deploy/native-metadata").containsAll(wanted);
    }

    private static Set<String> registeredTypes() throws IOException {
        Set<String> types = new TreeSet<>();
        try (InputStream in = Objects.requireNonNull(NativeMetadataTest.class.getResourceAsStream(METADATA))) {
            for (JsonNode entry : new ObjectMapper().readTree(in).path("reflection")) {
                types.add(entry.path("type").asText());
            }
        }
        return types;
    }

    @Test
    void every_call_of_the_system_s_library_is_registered_and_looked_up_at_the_start() throws IOException {
        String properties = "/META-INF/native-image/dev.holdpoint/holdpoint/native-image.properties";
        try (InputStream metadata = Objects.requireNonNull(NativeMetadataTest.class.getResourceAsStream(METADATA));
                InputStream arguments =
                        Objects.requireNonNull(NativeMetadataTest.class.getResourceAsStream(properties))) {
            JsonNode calls = new ObjectMapper().readTree(metadata).at("/foreign/downcalls");

            assertThat(calls.valueStream().map(c -> c.path("parameterTypes").toString()))
                    .containsExactly("[\"jint\",\"void*\",\"jint\"]", "[\"jint\"]");
            assertThat(new String(arguments.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("--initialize-at-run-time=dev.holdpoint.sandbox.SystemCalls");
        }
    }
}
