import { A, B, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const C = "user_2carol000000000000000000000";
const post = { method: "POST", as } as const;
const patch = { method: "PATCH", as } as const;
const inCart =
  "exists (select 1 from orders o where o.id = order_id and o.customer = (select auth.uid()) and o.status = 'cart')";

/** Several tables and policies at once, as shops and offices have them. */
export const business: Scenarios = {
  "a shop": {
    modes: ["v2"],
    sql: `create table customers (id text primary key, tier text not null default 'free'); create table orders (id bigint generated always as identity primary key, customer text not null default auth.uid() references customers, status text not null default 'cart');
      create table order_items (order_id bigint references orders, sku text, qty int check (qty > 0), primary key (order_id, sku)); create table payments (order_id bigint not null references orders, amount int); ${rls("customers", "orders", "order_items", "payments")}
      create policy c on customers for select to authenticated using (id = (select auth.uid())); create policy t on customers for update to authenticated using (id = (select auth.uid())) with check (tier = 'free');
      create policy o on orders for select to authenticated using (customer = (select auth.uid())); create policy oi on orders for insert to authenticated with check (customer = (select auth.uid()));
      create policy ou on orders for update to authenticated using (customer = (select auth.uid()) and status = 'cart') with check (status in ('cart', 'placed'));
      create policy not_suspended on orders as restrictive to authenticated using ((select tier from customers c where c.id = (select auth.uid())) <> 'suspended');
      create policy i on order_items to authenticated using (${inCart}); create policy p on payments for select to authenticated using (order_id in (select o.id from orders o where o.customer = (select auth.uid()) and o.status <> 'cart'));
      create view my_orders with (security_invoker) as select o.id, o.status, count(i.sku) as items from orders o left join order_items i on i.order_id = o.id group by o.id;
      grant select, insert, update, delete on customers, orders, order_items to authenticated; grant select on payments, my_orders to authenticated;`,
    seed: `insert into customers values ('${A}', 'free'), ('${B}', 'suspended'); insert into orders (customer, status) values ('${A}', 'cart'), ('${A}', 'paid'), ('${B}', 'cart');
      insert into order_items values (1, 'x', 1), (2, 'y', 1), (3, 'z', 1); insert into payments values (1, 5), (2, 5)`,
    asks: [
      { path: "/orders", as, codes: ["ok.rows"] },
      { path: "/orders?id=eq.3", as: "bob", codes: ["policies.hidden"], says: "gives 'suspended'" },
      { path: "/order_items?order_id=eq.2", as, codes: ["policies.hidden"], says: "there o.status is 'paid'" },
      {
        ...post,
        path: "/order_items",
        body: { order_id: 3, sku: "n", qty: 1 },
        codes: ["policies.with-check"],
        says: "there o.id is 1 and order_items.order_id is 3",
        mended: { body: { order_id: 1, sku: "n", qty: 1 } },
      },
      {
        ...patch,
        path: "/orders?id=eq.1",
        body: { status: "paid" },
        codes: ["policies.with-check"],
        says: "status is 'paid'",
        mended: { body: { status: "cart" } },
      },
      {
        ...patch,
        path: "/orders?id=eq.2",
        body: { status: "cart" },
        codes: ["policies.hidden-write"],
        says: "status is 'paid'",
      },
      {
        ...patch,
        path: `/customers?id=eq.${A}`,
        body: { tier: "gold" },
        codes: ["policies.with-check"],
        says: "Send tier = 'free'",
        mended: { body: { tier: "free" } },
      },
      { path: "/payments?order_id=eq.1", as, codes: ["policies.hidden"], says: "there o.status is 'cart'" },
      { path: "/my_orders?id=eq.3", as, codes: ["policies.hidden"], says: "by the policies of orders that it reads" },
      { path: "/orders?select=id,order_items(sku)&id=eq.2", as, codes: ["rows.embed-hidden"] },
      { path: "/orders?select=id,payments!inner(amount)&id=eq.1", as, codes: ["rows.inner-embed-hidden"] },
      { method: "POST", path: "/orders", body: {}, as: "carol", codes: ["policies.with-check"], says: "is NULL" },
    ],
  },
  "an office": {
    modes: ["v2"],
    sql: `create table emp (id text primary key, manager text references emp, salary int); ${rls("emp")}
      create function reports_to(e text, m text) returns boolean language sql stable security definer as $$ with recursive up as (select id, manager from emp where id = e union all select p.id, p.manager from emp p join up on p.id = up.manager) select exists (select 1 from up where manager = m) $$;
      create policy self on emp for select to authenticated using (id = (select auth.uid())); create policy mgr on emp for select to authenticated using (reports_to(id, (select auth.uid())));
      create policy raise on emp for update to authenticated using (reports_to(id, (select auth.uid()))) with check (salary <= 100); grant select, update on emp to authenticated;`,
    seed: `insert into emp values ('${B}', null, 50), ('${A}', '${B}', 40), ('${C}', '${A}', 30)`,
    asks: [
      {
        path: "/emp",
        as: "bob",
        codes: ["ok.rows", "policies.definer-owner"],
        says: "hides 2 other rows of emp",
      },
      {
        ...patch,
        path: `/emp?id=eq.${C}`,
        body: { salary: 60 },
        codes: ["policies.definer-owner"],
        says: "CREATE POLICY emp_owner",
        mended: "fix",
      },
      { path: "/emp", as: "bob", codes: ["ok.rows"] },
      {
        ...patch,
        path: `/emp?id=eq.${C}`,
        body: { salary: 500 },
        codes: ["policies.with-check"],
        says: "salary is 500",
      },
      { path: `/emp?id=eq.${B}`, as, codes: ["policies.hidden"], says: `which policy \\"self\\" would take as well` },
    ],
  },
  "what is shown when": {
    modes: ["v2"],
    sql: `create table flags (name text primary key, enabled boolean, starts timestamptz, ends timestamptz, allow text[], deny text[] not null default '{}'); ${rls("flags")}
      create policy f on flags for select to authenticated using (enabled is true and now() between starts and ends and ((select auth.uid()) = any (allow) or cardinality(allow) = 0) and not ((select auth.uid()) = any (deny))); grant select on flags to authenticated;`,
    seed: `insert into flags select v.name, v.enabled, now() - interval '2 days', now() + v.left, v.allow, v.deny from (values ('off', null, interval '1 day', '{}'::text[], '{}'::text[]), ('past', true, interval '-1 day', '{}', '{}'),
      ('others', true, interval '1 day', '{${B}}', '{}'), ('denied', true, interval '1 day', '{}', '{${A}}'), ('endless', true, null, '{}', '{}'), ('on', true, interval '1 day', '{}', '{}')) v(name, enabled, "left", allow, deny)`,
    asks: [
      { path: "/flags?name=eq.on", as, codes: ["ok.rows"] },
      {
        path: "/flags?name=eq.off",
        as,
        codes: ["policies.hidden"],
        says: "wants enabled IS TRUE, and enabled is NULL",
      },
      { path: "/flags?name=eq.past", as, codes: ["policies.hidden"], says: "wants now() <= ends" },
      { path: "/flags?name=eq.endless", as, codes: ["policies.hidden"], says: "ends is NULL" },
      { path: "/flags?name=eq.others", as, codes: ["policies.hidden"], says: "cardinality(allow) is 1" },
      { path: "/flags?name=eq.denied", as, codes: ["policies.hidden"], says: "wants NOT (auth.uid() = ANY (deny))" },
    ],
  },
};
