import { describe, expect, it } from "vitest";
import { absorb } from "../../../src/gateway/absorbed.ts";
import { botFilter } from "../../../src/gateway/bots.ts";
import { bearer, bench, HOST } from "./support.ts";

const reason = (path: string) => absorb(path)?.step.evidence["reason"];

describe("absorbed paths", () => {
  it.each([
    ["/robots.txt", "robots"],
    ["/favicon.ico", "browser_default"],
    ["/apple-touch-icon.png", "browser_default"],
    ["/apple-touch-icon-precomposed.png", "browser_default"],
    ["/site.webmanifest", "browser_default"],
    ["/browserconfig.xml", "browser_default"],
    ...[".well-known", ".env", ".git", "wp-admin", "wp-login.php", "phpmyadmin", "server-status", "xmlrpc.php"].map(
      (name) => [`/${name}`, "scanner_prefix"],
    ),
    ["/cgi-bin/x", "scanner_prefix"],
    ["/administrator", "scanner_prefix"],
    ["/admin", "scanner_prefix"],
    ["/ADMIN", "scanner_prefix"],
    ["/admin/x", "scanner_prefix"],
    ["/admin-users", "scanner_prefix"],
    ["/admin.x", "scanner_prefix"],
    ["/.env.local", "scanner_prefix"],
    ["/ROBOTS.TXT", "static_ext"],
    ["/Favicon.ico", "static_ext"],
    ..."ico png jpg jpeg gif svg webp css js mjs map txt xml woff woff2 ttf eot"
      .split(" ")
      .map((extension) => [`/some/file.${extension}`, "static_ext"]),
    ["/x.CSS", "static_ext"],
  ])("%s: %s", (path, expected) => expect(reason(path)).toBe(expected));

  it.each(
    [
      "/admins /admin_users /administrators /.environment /.gitignore /x/admin //admin /%61dmin /a%2Ecss /a.json",
      "/a.html /a.php /css /a.css/ /notes / /robots.txt/ /wp-adminx /a.jpgx",
    ]
      .join(" ")
      .split(" ")
      .map((path) => [path]),
  )("%s passes", (path) => expect(absorb(path)).toBeUndefined());

  it("are answered for any method and host, whatever the query", async () => {
    const { get, lines } = bench();
    const robots = await get("/robots.txt?x=1", [["Host", "nobody.example.test"]], "POST");
    expect([robots.status, robots.body]).toEqual([200, "User-agent: *\nDisallow: /\n"]);
    expect(robots.headers).toEqual([
      ["content-type", "text/plain; charset=utf-8"],
      ["cache-control", "public, max-age=86400"],
    ]);
    expect(await get("/favicon.ico")).toEqual({ status: 204, headers: [], body: "" });
    expect((await get("/x/../admin")).body).toBe('{"error":"not found"}');
    expect(lines.map((line) => ("reason" in line ? line.reason : ""))).toEqual([
      "robots",
      "browser_default",
      "scanner_prefix",
    ]);
  });
});

describe("health", () => {
  it("answers GET and HEAD for any host", async () => {
    const { get, lines } = bench();
    const nobody = [["Host", "nobody.example.test"]] as const;
    expect(await get("/health?x=1", nobody)).toEqual({
      status: 200,
      headers: [["content-type", "application/json"]],
      body: '{"status":"ok"}',
    });
    expect((await get("/health", nobody, "HEAD")).body).toBe("");
    expect((await get("/%68ealth", nobody)).status).toBe(200);
    expect((await get("/health/deep", nobody)).body).toBe('{"ok":true,"db":"up","redis":null}');
    expect(lines).toEqual([]);
  });

  it("tells a configured limit store and a catalog that is down", async () => {
    const { get, catalog } = bench({ config: { rateLimit: { limit: 1, windowSeconds: 60 } } });
    expect((await get("/health/deep")).body).toBe('{"ok":true,"db":"up","redis":"up"}');
    catalog.ping = () => Promise.reject(new Error("down"));
    expect(await get("/health/deep")).toMatchObject({ status: 503, body: '{"ok":false,"db":"down","redis":"up"}' });
  });

  it.each([
    ["POST", "/health"],
    ["OPTIONS", "/health"],
    ["GET", "/health/"],
    ["GET", "/Health"],
    ["GET", "/health/deeper"],
    ["GET", "/health%"],
  ])("%s %s is an ordinary request", async (method, path) => {
    expect((await bench().get(path, [], method)).body).toBe('{"error":"authorization required"}');
  });
});

describe("the bot filter", () => {
  const agent = (value: string) => [["User-Agent", value]] as const;

  it("is off by default", async () => {
    expect((await bench().get("/notes", [...agent("sqlmap/1.7"), bearer()])).status).toBe(200);
  });

  it("knows whole words in any case, after health and absorbed paths, before the host", async () => {
    const { get, lines } = bench({ config: { blockBots: {} } });
    const refused = await get("/notes", [...agent("Mozilla (compatible; ahrefsbot/7.0)"), ["Host", "nobody.test"]]);
    expect([refused.status, refused.body]).toEqual([403, '{"error":"forbidden"}']);
    expect(lines).toMatchObject([{ action: "ua_blocked", ua: "Mozilla (compatible; ahrefsbot/7.0)" }]);
    expect((await get("/health", agent("nikto"))).status).toBe(200);
    expect((await get("/favicon.ico", agent("nikto"))).status).toBe(204);
    expect((await get("/notes", [...agent("myAhrefsBots"), ["Host", HOST]])).status).toBe(401);
    expect((await get("/notes")).status).toBe(401);
  });

  it("takes a pattern in place of the list, and reports one that is broken", () => {
    const reports: string[] = [];
    const own = botFilter({ pattern: "curl" }, (text) => reports.push(text));
    expect([own("CURL/8"), own("sqlmap")].map((answer) => answer?.response.status)).toEqual([403, undefined]);
    const broken = botFilter({ pattern: "(" }, (text) => reports.push(text));
    expect(broken("sqlmap")).toBeUndefined();
    expect(reports).toHaveLength(1);
  });
});
