package dev.holdpoint.sandbox.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.holdpoint.event.Delta;
import dev.holdpoint.sandbox.ExecOutput;
import dev.holdpoint.sandbox.SandboxUnavailable;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Fetches an image, telling the log and whoever waits for it how it goes on. */
final class ImagePull extends ResultCallback.Adapter<PullResponseItem> {

    private static final System.Logger LOG = System.getLogger(ImagePull.class.getName());
    private static final long MAX_MINUTES = 15;

    private final ExecOutput output;
    private final Map<String, String> layers = new HashMap<>();
    private volatile @Nullable String error;

    private ImagePull(ExecOutput output) {
        this.output = output;
    }

    static void run(DockerEngine engine, String image, ExecOutput output)
            throws SandboxUnavailable, InterruptedException, EngineDown {
        ImagePull pull = new ImagePull(output);
        pull.say("pulling image " + image);
        try {
            engine.pull(image, pull);
            if (!pull.awaitCompletion(MAX_MINUTES, TimeUnit.MINUTES)) {
                pull.error = "it took longer than " + MAX_MINUTES + " minutes";
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (DockerException e) {
            pull.error = reason(e);
        } catch (RuntimeException e) {
            throw new EngineDown("the Docker engine went away while it pulled " + image, e);
        } finally {
            pull.closeQuietly();
        }
        // What the stream says isn't proof; that the image is there is.
        if (!engine.hasImage(image)) {
            String why = pull.error == null ? "no reason given" : pull.error;
            LOG.log(System.Logger.Level.WARNING, "image {0} could not be pulled: {1}", image, why);
            throw new SandboxUnavailable("the sandbox image " + image + " is missing and can't be pulled: " + why
                    + ". Run 'docker pull " + image + "' where a registry can be reached, or set DOCKER_IMAGE");
        }
        pull.say("image " + image + " is ready");
    }

    @Override
    public void onNext(PullResponseItem item) {
        if (item.getErrorDetail() != null && item.getErrorDetail().getMessage() != null) {
            error = item.getErrorDetail().getMessage();
            return;
        }
        String id = item.getId();
        String status = item.getStatus();
        if (id == null || status == null || status.equals(layers.put(id, status))) {
            return; // the same layer, a few bytes further
        }
        say(id + ": " + status);
    }

    private void say(String line) {
        LOG.log(System.Logger.Level.INFO, line);
        output.accept(Delta.Stream.INFO, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String reason(DockerException e) {
        String message = String.valueOf(e.getMessage()).strip();
        return message.lines().findFirst().orElse("no reason given");
    }

    private void closeQuietly() {
        try {
            close();
        } catch (java.io.IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing the stream of a pull", e);
        }
    }
}
