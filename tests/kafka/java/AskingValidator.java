import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerExtensionsValidatorCallback;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallback;

/**
 * Lets a test judge the tokens that a broker gets: they go by HTTP to the address in the option "verifier" of the login module, which
 * answers 200 with the user's name and when the token expires (milliseconds since 1970), a line each, or refuses.
 */
public class AskingValidator implements AuthenticateCallbackHandler {
    private record Token(String value, String principalName, long lifetimeMs) implements OAuthBearerToken {
        @Override
        public Set<String> scope() {
            return Set.of();
        }

        @Override
        public Long startTimeMs() {
            return null;
        }
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private URI verifier;

    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
        verifier = URI.create((String) entries.get(0).getOptions().get("verifier"));
    }

    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
        for (Callback callback : callbacks) {
            if (callback instanceof OAuthBearerValidatorCallback asked) {
                validate(asked);
            } else if (!(callback instanceof OAuthBearerExtensionsValidatorCallback)) {
                throw new UnsupportedCallbackException(callback);
            }
        }
    }

    private void validate(OAuthBearerValidatorCallback asked) {
        try {
            var request = HttpRequest.newBuilder(verifier).POST(HttpRequest.BodyPublishers.ofString(asked.tokenValue())).build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                String[] lines = answer.body().split("\n");
                asked.token(new Token(asked.tokenValue(), lines[0], Long.parseLong(lines[1])));
            } else {
                asked.error("invalid_token", null, null);
            }
        } catch (Exception fault) {
            throw new IllegalStateException(fault);
        }
    }

    @Override
    public void close() {
    }
}
