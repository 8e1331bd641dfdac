create schema __module__;

select kernel.open_schema('__module__');
