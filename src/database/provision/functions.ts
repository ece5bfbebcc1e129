/** The functions the platform puts into a database. */

/**
 * The `sub` of the request's claims, as text: a uuid column needs a cast. An unset setting gives NULL; an empty string
 * is not JSON and raises, as on the platform.
 */
export const AUTH_UID = `
create or replace function auth.uid() returns text
  language sql stable
as $function$
  select nullif(current_setting('request.jwt.claims', true)::json ->> 'sub', '')
$function$;
`;

/**
 * v2's hooks. The pre-config one exposes public and every tenant schema. The pre-request one sets a path and a timeout
 * for tenant roles; being declared with a search_path of its own, its path is undone on return, and the platform's really
 * is, so that the path of a request comes from the role's setting.
 */
export const POSTGREST_HOOKS = `
create or replace function public.flux_postgrest_config() returns void
  language plpgsql security definer set search_path = pg_catalog
as $function$
declare
  tenants text[] := array(select nspname::text from pg_namespace where nspname ~ '^t_[0-9a-f]{12}_api$' order by nspname);
begin
  perform set_config('pgrst.db_schemas', array_to_string(array['public'] || tenants, ','), true);
end
$function$;

create or replace function public.flux_set_tenant_context() returns void
  language plpgsql set search_path = pg_catalog
as $function$
declare
  tenant text := substring(current_user from '^t_([0-9a-f]{12})_role$');
begin
  if tenant is null then
    return;
  end if;
  perform set_config('search_path', format('t_%s_api', tenant), true);
  perform set_config('statement_timeout', '15000ms', true);
end
$function$;
grant execute on function public.flux_set_tenant_context() to public;
`;
