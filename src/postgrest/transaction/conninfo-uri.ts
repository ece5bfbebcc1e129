/**
 * Connection URIs by libpq's rules, which are looser than those of URLs: a password may hold `?`, `#` and brackets, and any
 * keyword may come as a parameter, as in `postgresql:///?host=/run/postgresql&dbname=app`.
 * https://www.postgresql.org/docs/16/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */

/** libpq's keywords, with their values; what the URI leaves out is missing. Of several hosts the first counts. */
export function uriPairs(uri: string): Map<string, string> {
  const pairs = new Map<string, string>();
  const set = (keyword: string, value: string | undefined): void => {
    if (value !== undefined && value !== "") pairs.set(keyword, decode(value));
  };
  const rest = uri.replace(/^postgres(?:ql)?:\/\//, "");
  // Credentials are whatever stands before an @ that comes before any slash.
  const [, user, password, after = rest] = /^([^:@/]*)(?::([^@/]*))?@(.*)$/s.exec(rest) ?? [];
  set("user", user);
  set("password", password);
  const [, hosts = "", path = "", query = ""] = /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(after) ?? [];
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:,]*))(?::(\d*))?/.exec(hosts) ?? [];
  set("host", bracketed ?? plain);
  set("port", port);
  set("dbname", path);
  for (const parameter of query.split("&").filter((one) => one !== "")) {
    const equals = parameter.indexOf("=");
    const [keyword, value] = [decode(parameter.slice(0, equals)), parameter.slice(equals + 1)];
    // The first of several, as with the hosts before the path.
    set(keyword, keyword === "host" || keyword === "port" ? value.split(",", 1)[0] : value);
  }
  return pairs;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
